using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Signing;

namespace Spotify.Domain.Tests.Signing;

public class PartnerCdnSignerTests
{
    private const string Base = "https://p.example.com";
    private const string Path = "/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg";

    private static readonly PartnerCdnSigner Signer = new();
    private static readonly SigningKey Key = SigningKey.Parse("my-key", "nZtRohdNF9m3cKM24IcK4w==");
    private static readonly SigningKeyRing Keys = new("my-key", Key);
    private static readonly DateTimeOffset Expires = DateTimeOffset.FromUnixTimeSeconds(1_795_166_382);
    private static readonly DateTimeOffset Before = Expires.AddSeconds(-1);

    /// <summary>The expected URLs were calculated with Python's hmac, base64 and urllib.parse.quote.</summary>
    [Theory]
    [InlineData(
        Base + Path,
        "alice",
        Base + Path + "?exp=1795166382&uid=alice&kid=my-key&sig=8ACrWN0ilLyDu8nSh8CDscYxsc61uYLGvzOySld5SrI=")]
    [InlineData(
        "https://p.example.com:8443/a?x=1",
        "Zoë & søn/+%~",
        "https://p.example.com:8443/a?x=1&exp=1795166382&uid=Zo%C3%AB%20%26%20s%C3%B8n%2F%2B%25~"
            + "&kid=my-key&sig=06IUaII7l2Z1WcTlfZ8_s-41EPJVjJLgSY6xtRmgu84=")]
    public void Signs_path_and_query(string url, string user, string expected)
    {
        Assert.Equal(expected, Signer.Sign(url, Expires, user, Key));
        Assert.Equal(new SignatureVerdict(SignatureStatus.Valid, Expires, "my-key", user), Signer.Verify("", expected, Keys, Before));
    }

    [Fact]
    public void Is_valid_on_every_host()
    {
        var target = SignedTarget();
        Assert.True(Signer.Verify("http://127.0.0.1:8080", target, Keys, Before).IsValid);
        Assert.True(Signer.Verify("", "https://elsewhere.example" + target, Keys, Before).IsValid);
    }

    [Fact]
    public void Encodes_any_user()
    {
        var users = ArbMap.Default.ArbFor<NonEmptyString>()
            .Filter(user => user.Get.Length <= PartnerCdnSigner.MaxUserIdLength && !HasLoneSurrogate(user.Get));
        Prop.ForAll(users, user =>
        {
            var url = Signer.Sign(Base + Path, Expires, user.Get, Key);
            return url.All(c => c is > ' ' and <= '~') && Signer.Verify("", url, Keys, Before).UserId == user.Get;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Requires_a_user(string? user) => Assert.Throws<ArgumentException>(() => Signer.Sign(Base + Path, Expires, user, Key));

    [Fact]
    public void Rejects_a_user_with_a_lone_surrogate() =>
        Assert.ThrowsAny<ArgumentException>(() => Signer.Sign(Base + Path, Expires, "\ud800", Key));

    [Fact]
    public void Limits_the_length_of_the_user()
    {
        var longest = new string('語', PartnerCdnSigner.MaxUserIdLength);
        Assert.Equal(longest, Signer.Verify("", Signer.Sign(Base + Path, Expires, longest, Key), Keys, Before).UserId);
        Assert.Throws<ArgumentException>(() => Signer.Sign(Base + Path, Expires, longest + "x", Key));
    }

    [Theory]
    [InlineData("https://p.example.com")]
    [InlineData("https://p.example.com?x=1")]
    public void Requires_a_path(string url) => Assert.Throws<ArgumentException>(() => Signer.Sign(url, Expires, "alice", Key));

    [Theory]
    [InlineData("exp")]
    [InlineData("uid")]
    [InlineData("kid")]
    [InlineData("sig")]
    public void Rejects_a_signed_url(string name) =>
        Assert.Throws<ArgumentException>(() => Signer.Sign($"{Base}{Path}?{name}=1", Expires, "alice", Key));

    [Fact]
    public void Rejects_every_change_of_one_character() =>
        Assert.All(Mutations.Of(SignedTarget()), changed => Assert.False(Signer.Verify(Base, changed, Keys, Before).IsAuthentic, changed));

    [Fact]
    public void Expires_to_the_second()
    {
        var target = SignedTarget();
        Assert.Equal(SignatureStatus.Valid, Signer.Verify(Base, target, Keys, Expires.AddTicks(-1)).Status);
        Assert.Equal(SignatureStatus.Expired, Signer.Verify(Base, target, Keys, Expires).Status);
    }

    [Fact]
    public void Is_distinct_from_the_other_format()
    {
        var cloud = new CloudCdnSigner();
        Assert.Equal(SignatureStatus.Missing, cloud.Verify(Base, SignedTarget(), Keys, Before).Status);
        Assert.Equal(SignatureStatus.Missing, Signer.Verify("", cloud.Sign(Base + Path, Expires, null, Key), Keys, Before).Status);
    }

    private static string SignedTarget() => Signer.Sign(Base + Path, Expires, "alice", Key)[Base.Length..];

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);
}
