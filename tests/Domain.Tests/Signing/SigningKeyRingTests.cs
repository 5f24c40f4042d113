using Spotify.Domain.Signing;

namespace Spotify.Domain.Tests.Signing;

public class SigningKeyRingTests
{
    private static readonly SigningKey Old = new("2025", new byte[16]);
    private static readonly SigningKey New = new("2026", [.. Enumerable.Repeat((byte)1, 16)]);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static TheoryData<IUrlSigner> Formats => [new CloudCdnSigner(), new PartnerCdnSigner()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Old_keys_verify_until_they_are_removed(IUrlSigner signer)
    {
        var ring = new SigningKeyRing("2025", Old);
        var url = signer.Sign("https://a.example/tracks/x", Now.AddHours(1), "u", ring.Current);
        Assert.True(Verdict(ring).IsValid);

        ring = ring.With(New);
        Assert.Same(Old, ring.Current);
        Assert.True(Verdict(ring).IsValid);

        ring = ring.SigningWith("2026");
        Assert.Same(New, ring.Current);
        Assert.True(Verdict(ring).IsValid);

        ring = ring.Without("2025");
        Assert.Equal(SignatureStatus.UnknownKey, Verdict(ring).Status);

        SignatureVerdict Verdict(SigningKeyRing keys) => signer.Verify("", url, keys, Now);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_reused_name_with_another_secret_does_not_verify_old_urls(IUrlSigner signer)
    {
        var url = signer.Sign("https://a.example/tracks/x", Now.AddHours(1), "u", Old);
        var ring = new SigningKeyRing("2025", new SigningKey("2025", New.Secret.ToArray()));
        Assert.Equal(SignatureStatus.Wrong, signer.Verify("", url, ring, Now).Status);
    }

    [Fact]
    public void Names_are_case_sensitive()
    {
        var ring = new SigningKeyRing("a", new SigningKey("a", new byte[16]), new SigningKey("A", [.. Enumerable.Repeat((byte)1, 16)]));
        Assert.True(ring.TryFind("A", out var key));
        Assert.Equal(1, key.Secret[0]);
    }

    [Fact]
    public void Rejects_two_keys_with_the_same_name() => Assert.Throws<ArgumentException>(() => new SigningKeyRing("2025", Old, Old));

    [Fact]
    public void Rejects_a_ring_without_its_current_key()
    {
        var error = Assert.Throws<ArgumentException>(() => new SigningKeyRing("2027", New, Old));
        Assert.Contains("2025, 2026", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_remove_the_current_key() =>
        Assert.Throws<ArgumentException>(() => new SigningKeyRing("2025", Old, New).Without("2025"));

    [Fact]
    public void Is_replaced_as_a_whole()
    {
        var keys = new SigningKeys(new SigningKeyRing("2025", Old));
        var next = keys.Ring.With(New).SigningWith("2026");
        keys.Replace(next);
        Assert.Same(next, keys.Ring);
    }
}
