using System.Security.Cryptography;
using System.Text;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Domain.Tests.Licensing;

/// <summary>Tests of challenges, proofs and the signed time.</summary>
public sealed class DeviceRegistrationTests : IDisposable
{
    private const string Issuer = "https://issuer";
    private const string User = "user";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly ECDsa server = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman agreement = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    private JwsKey ServerKey => JwsKey.Of(server);

    private JwsKey SigningKey => JwsKey.Of(signing);

    private P256PublicKey AgreementKey => P256PublicKey.Of(agreement);

    public void Dispose()
    {
        server.Dispose();
        signing.Dispose();
        agreement.Dispose();
    }

    [Fact]
    public void A_device_proves_that_it_has_its_signing_key()
    {
        var (challenge, expiresAt) = DeviceChallenge.Issue(Issuer, User, Now, ServerKey);

        Assert.Equal(Now + DeviceChallenge.Lifetime, expiresAt);
        Assert.True(DeviceProof.TryVerify(
            DeviceProof.Sign(challenge, AgreementKey, SigningKey), SigningKey.PublicKey, AgreementKey, out var signed, out _));
        Assert.True(DeviceChallenge.TryVerify(signed, Issuer, User, Now, [ServerKey.PublicKey], out _));
    }

    [Fact]
    public void A_challenge_is_valid_for_five_minutes()
    {
        var (challenge, expiresAt) = DeviceChallenge.Issue(Issuer, User, Now.AddMilliseconds(999), ServerKey);

        Assert.True(DeviceChallenge.TryVerify(challenge, Issuer, User, expiresAt.AddTicks(-1), [ServerKey.PublicKey], out _));
        Assert.False(DeviceChallenge.TryVerify(challenge, Issuer, User, expiresAt, [ServerKey.PublicKey], out var problem));
        Assert.Equal("The challenge has expired.", problem);
    }

    [Fact]
    public void A_challenge_of_another_user_issuer_or_key_is_refused()
    {
        var (challenge, _) = DeviceChallenge.Issue(Issuer, User, Now, ServerKey);

        AssertRefused(challenge, user: "other");
        AssertRefused(challenge, issuer: "https://other");
        AssertRefused(challenge, key: SigningKey.PublicKey);
        AssertRefused(DeviceChallenge.Issue(Issuer, User, Now, SigningKey).Challenge);
        AssertRefused(ServerTime.Sign(Issuer, Now, ServerKey));
        AssertRefused(CompactJws.Sign(DeviceChallenge.Type, "{}"u8, ServerKey));
        AssertRefused(CompactJws.Sign(DeviceChallenge.Type, "null"u8, ServerKey));
        AssertRefused("");
    }

    [Fact]
    public void Challenges_are_not_repeated() => Assert.NotEqual(
        DeviceChallenge.Issue(Issuer, User, Now, ServerKey).Challenge.Split('.')[1],
        DeviceChallenge.Issue(Issuer, User, Now, ServerKey).Challenge.Split('.')[1]);

    [Fact]
    public void A_proof_by_another_key_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        AssertRefused(DeviceProof.Sign("challenge", AgreementKey, JwsKey.Of(other)), "The proof is not a JWS with ES256");
    }

    [Fact]
    public void A_proof_for_another_agreement_key_is_refused()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

        AssertRefused(DeviceProof.Sign("challenge", P256PublicKey.Of(other), SigningKey), "The agreement_jkt of the proof is not");
    }

    [Fact]
    public void One_key_for_both_purposes_is_refused()
    {
        var proof = DeviceProof.Sign("challenge", SigningKey.PublicKey, SigningKey);

        Assert.False(DeviceProof.TryVerify(proof, SigningKey.PublicKey, SigningKey.PublicKey, out _, out var problem));
        Assert.Equal("The agreement key must be another key than the signing key.", problem);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"challenge":"a"}""")]
    [InlineData("""{"challenge":null,"agreement_jkt":"b"}""")]
    [InlineData("""{"challenge":1,"agreement_jkt":"b"}""")]
    [InlineData("""{"challenge":"\ud800","agreement_jkt":"b"}""")]
    [InlineData("""{"challenge":"a","challenge":"a","agreement_jkt":"b"}""")]
    public void A_proof_over_something_else_is_refused(string payload) => AssertRefused(
        CompactJws.Sign(DeviceProof.Type, Encoding.UTF8.GetBytes(payload), SigningKey), "The proof is not a JWS with ES256");

    [Fact]
    public void A_proof_may_have_more_members_and_another_kid()
    {
        var payload = $$"""{"name":"Phone","challenge":"a","agreement_jkt":"{{AgreementKey.Thumbprint}}","iat":1}""";

        Assert.True(DeviceProof.TryVerify(
            CompactJws.Sign(DeviceProof.Type, Encoding.UTF8.GetBytes(payload), SigningKey), SigningKey.PublicKey, AgreementKey,
            out var challenge, out _));
        Assert.Equal("a", challenge);
    }

    [Fact]
    public void Every_change_of_a_proof_is_detected() => Assert.All(
        Corruptions.Of(DeviceProof.Sign("c", AgreementKey, SigningKey)),
        proof => AssertRefused(proof, "The proof is not a JWS with ES256"));

    [Fact]
    public void The_signed_time_is_in_whole_seconds()
    {
        var jws = ServerTime.Sign(Issuer, Now.AddMilliseconds(999), ServerKey);
        var (challenge, _) = DeviceChallenge.Issue(Issuer, User, Now, ServerKey);

        Assert.True(ServerTime.TryVerify(jws, Issuer, [ServerKey.PublicKey], out var time));
        Assert.Equal(Now, time);
        Assert.False(ServerTime.TryVerify(jws, "https://other", [ServerKey.PublicKey], out _));
        Assert.False(ServerTime.TryVerify(jws, Issuer, [SigningKey.PublicKey], out _));
        Assert.False(ServerTime.TryVerify(challenge, Issuer, [ServerKey.PublicKey], out _));
    }

    private void AssertRefused(string challenge, string issuer = Issuer, string user = User, P256PublicKey? key = null)
    {
        Assert.False(DeviceChallenge.TryVerify(challenge, issuer, user, Now, [key ?? ServerKey.PublicKey], out var problem));
        Assert.Equal("The challenge was not issued for this user.", problem);
    }

    private void AssertRefused(string proof, string expected)
    {
        Assert.False(DeviceProof.TryVerify(proof, SigningKey.PublicKey, AgreementKey, out var challenge, out var problem));
        Assert.Null(challenge);
        Assert.StartsWith(expected, problem);
    }
}
