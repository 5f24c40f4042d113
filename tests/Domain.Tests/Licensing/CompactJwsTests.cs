using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Domain.Tests.Licensing;

public sealed class CompactJwsTests : IDisposable
{
    private const string Type = "server-time+jwt";

    private static readonly byte[] Payload = """{"iss":"https://issuer","iat":1800000000}"""u8.ToArray();

    private readonly ECDsa pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly JwsKey key;

    public CompactJwsTests() => key = JwsKey.Of(pair);

    public void Dispose() => pair.Dispose();

    [Fact]
    public void A_signed_message_is_verified_by_its_key()
    {
        var jws = CompactJws.Sign(Type, Payload, key);

        Assert.True(CompactJws.TryVerify(jws, Type, key.PublicKey, out var payload));
        Assert.Equal(Payload, payload);
        Assert.Equal(
            $$"""{"alg":"ES256","kid":"{{key.KeyId}}","typ":"{{Type}}"}""",
            Encoding.ASCII.GetString(Base64Url.DecodeFromChars(jws.Split('.')[0])));
    }

    [Fact]
    public void The_key_is_found_by_its_id()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jws = CompactJws.Sign(Type, Payload, key);

        Assert.True(CompactJws.TryVerify(jws, Type, [P256PublicKey.Of(other), key.PublicKey], out _));
        Assert.False(CompactJws.TryVerify(jws, Type, [P256PublicKey.Of(other)], out _));
        Assert.False(CompactJws.TryVerify(jws, Type, [], out _));
        Assert.False(CompactJws.TryVerify(Forged($$"""{"alg":"ES256","typ":"{{Type}}"}"""), Type, [key.PublicKey], out _));
    }

    [Fact]
    public void Every_change_of_a_message_is_detected()
    {
        var jws = CompactJws.Sign(Type, Payload, key);

        Assert.All(Corruptions.Of(jws), other => Assert.False(CompactJws.TryVerify(other, Type, key.PublicKey, out _)));
    }

    [Fact]
    public void A_message_of_another_type_is_refused()
    {
        Assert.False(CompactJws.TryVerify(CompactJws.Sign("license+jwt", Payload, key), Type, key.PublicKey, out _));
        Assert.False(CompactJws.TryVerify(Forged("""{"alg":"ES256"}"""), Type, key.PublicKey, out _));
    }

    // All of them have a valid signature of the key over their header, except for those without an ES256 signature.
    [Theory]
    [InlineData("""{"alg":"none","typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":"None","typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":"HS256","typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":"ES384","typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":"es256","typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":["ES256"],"typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":null,"typ":"server-time+jwt"}""")]
    [InlineData("""{"typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":"ES256","typ":"Server-Time+JWT"}""")]
    [InlineData("""{"alg":"ES256","typ":["server-time+jwt"]}""")]
    [InlineData("""{"alg":"ES256","typ":"\ud800"}""")]
    [InlineData("""{"alg":"ES256","typ":"server-time+jwt","crit":["b64"],"b64":false}""")]
    [InlineData("""{"alg":"ES256","typ":"server-time+jwt","crit":[]}""")]
    [InlineData("""{"alg":"ES256","alg":"ES256","typ":"server-time+jwt"}""")]
    [InlineData("""{"alg":"none","typ":"server-time+jwt","alg":"ES256"}""")]
    [InlineData("""{"alg":"ES256","typ":"server-time+jwt"} """ + "{}")]
    [InlineData("""{"alg":"ES256","typ":"server-time+jwt","a":[[[[[]]]]]}""")]
    [InlineData("""{"alg":"ES256","typ":"server-time+jwt","\ud800":1,"\ud800":1}""")]
    [InlineData("""["ES256","server-time+jwt"]""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    public void Other_headers_are_refused(string header)
    {
        Assert.False(CompactJws.TryVerify(Forged(header), Type, key.PublicKey, out var payload));
        Assert.Null(payload);
        Assert.False(CompactJws.TryVerify(Forged(header, signature: []), Type, key.PublicKey, out _));
    }

    [Fact]
    public void An_HMAC_with_the_public_key_is_refused()
    {
        const string header = """{"alg":"HS256","typ":"server-time+jwt"}""";
        var input = Input(header);
        var hash = HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.PublicKey.ToJson()), Encoding.ASCII.GetBytes(input));

        Assert.False(CompactJws.TryVerify(Forged(header, hash), Type, key.PublicKey, out _));
        Assert.False(CompactJws.TryVerify(Forged(header, [.. hash, .. hash]), Type, key.PublicKey, out _));
    }

    [Fact]
    public void A_key_in_the_header_is_not_used()
    {
        using var attacker = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var header = $$"""{"alg":"ES256","typ":"{{Type}}","kid":"{{key.KeyId}}","jwk":{{P256PublicKey.Of(attacker).ToJson()}}}""";
        var signature = attacker.SignData(Encoding.ASCII.GetBytes(Input(header)), HashAlgorithmName.SHA256);

        Assert.False(CompactJws.TryVerify(Forged(header, signature), Type, key.PublicKey, out _));
        Assert.False(CompactJws.TryVerify(Forged(header, signature), Type, [key.PublicKey], out _));
    }

    // CVE-2022-21449: zeros satisfy the equation unless they are excluded.
    [Fact]
    public void A_signature_of_zeros_is_refused()
    {
        const string header = """{"alg":"ES256","typ":"server-time+jwt"}""";

        Assert.False(CompactJws.TryVerify(Forged(header, new byte[64]), Type, key.PublicKey, out _));
        Assert.False(CompactJws.TryVerify(Forged(header, [.. new byte[31], 1, .. new byte[32]]), Type, key.PublicKey, out _));
        Assert.False(CompactJws.TryVerify(Forged(header, [.. Enumerable.Repeat((byte)255, 64)]), Type, key.PublicKey, out _));
    }

    [Fact]
    public void A_signature_in_DER_is_refused()
    {
        const string header = """{"alg":"ES256","typ":"server-time+jwt"}""";
        var der = pair.SignData(Encoding.ASCII.GetBytes(Input(header)), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        Assert.False(CompactJws.TryVerify(Forged(header, der), Type, key.PublicKey, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a.b.c")]
    [InlineData("\0.\0.\0")]
    [InlineData("é.é.é")]
    [InlineData("\ud800.a.b")]
    public void Other_texts_are_refused(string text) => Assert.False(CompactJws.TryVerify(text, Type, key.PublicKey, out _));

    [Fact]
    public async Task Threads_share_a_key()
    {
        var messages = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => Enumerable.Range(0, 100)
            .Select(i => CompactJws.Sign(Type, [(byte)thread, (byte)i], JwsKey.Of(pair))).ToList())));

        Assert.Equal(800, messages.SelectMany(message => message).Distinct().Count());
        Assert.All(messages.SelectMany(message => message), jws => Assert.True(CompactJws.TryVerify(jws, Type, key.PublicKey, out _)));
    }

    [Fact]
    public void A_public_key_cannot_sign()
    {
        using var publicKey = key.PublicKey.ToECDsa();

        Assert.ThrowsAny<CryptographicException>(() => new JwsKey(publicKey));
    }

    [Fact]
    public void A_key_shows_no_secret() =>
        Secrets.AssertAbsent(key.ToString() + key.KeyId + key.PublicKey, pair.ExportParameters(includePrivateParameters: true).D!);

    private static string Input(string header) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Payload)}";

    private string Forged(string header, byte[]? signature = null)
    {
        var input = Input(header);
        signature ??= pair.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }
}
