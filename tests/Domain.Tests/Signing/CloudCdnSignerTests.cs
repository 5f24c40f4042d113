using System.Globalization;
using Spotify.Domain.Signing;

namespace Spotify.Domain.Tests.Signing;

public class CloudCdnSignerTests
{
    private const string Base = "http://127.0.0.1:8080";
    private const string Path = "/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg";

    private static readonly CloudCdnSigner Signer = new();
    private static readonly SigningKey Key = SigningKey.Parse("my-key", "nZtRohdNF9m3cKM24IcK4w==");
    private static readonly SigningKeyRing Keys = new("my-key", Key);
    private static readonly DateTimeOffset Expires = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly DateTimeOffset Before = Expires.AddSeconds(-1);

    /// <summary>Signed URLs printed by gcloud 528.0.0 for <see cref="Key"/>.</summary>
    public static TheoryData<string> PrintedByGcloud =>
    [
        "https://media.example.com/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg"
            + "?Expires=1795166620&KeyName=my-key&Signature=mOhrgBbKLNu6bq-dUgW5FxVR8ec=",
        "http://127.0.0.1:8080/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg.seek.json"
            + "?Expires=1795166621&KeyName=my-key&Signature=x7vSKJ9P4emq3c7q959KazD1Qvw=",
        "https://media.example.com/videos/id/master.m3u8?userID=abc123&starting_profile=1"
            + "&Expires=1795166622&KeyName=my-key&Signature=kVytzJIXiLQsO2rgkEaUJFgBCDI=",
        "HTTPS://Media.Example.COM/A%20b/%2e%2E/c;d?x&Expires=1795166623&KeyName=my-key&Signature=s2cg1nq4qAqpL8SrWReABxxpQEw=",
        "https://example.com?Expires=1795166623&KeyName=my-key&Signature=ELm-6AHED6CiNmrwV48g11Pb6sI=",
        "https://example.com/??Expires=1795166624&KeyName=my-key&Signature=urHqIVSC2QvEKyI22tivZyBVwX0=",
        "https://example.com/a?&?Expires=1795166625&KeyName=my-key&Signature=olQLuujTwJ16ucKrBsGzA54wNSM=",
        "https://example.com/a?=&Expires=1795166626&KeyName=my-key&Signature=pZ7mTLTJvYBKh2_tLc3tw9AL3gM=",
        "https://example.com/björk?q=é&Expires=1795166626&KeyName=my-key&Signature=wIEFz2nvz7y3dRGwHBTw_msRgPo=",
        "http://[::1]:8080/tracks/a/b/low.m4a?Expires=1795166627&KeyName=my-key&Signature=ESKb0iOSChQ02v-Q7to-LpEnrO0=",
        "https://user:pw@example.com//x?exp=1&sig=2&Expires=1795166628&KeyName=my-key&Signature=ecjoySaODvHxEqD5r04Qa6wDwZI=",
        "https://e.com/a b?Expires=1795166631&KeyName=my-key&Signature=uGt3YqGS5zwVf5j0rngeSsfV10A=",
    ];

    [Theory]
    [MemberData(nameof(PrintedByGcloud))]
    public void Signs_as_gcloud_does(string expected)
    {
        var at = expected.LastIndexOf("Expires=", StringComparison.Ordinal);
        var expires = long.Parse(expected.AsSpan(at + 8, 10), CultureInfo.InvariantCulture);
        Assert.Equal(expected, Signer.Sign(expected[..(at - 1)], DateTimeOffset.FromUnixTimeSeconds(expires), null, Key));
    }

    [Theory]
    [MemberData(nameof(PrintedByGcloud))]
    public void Verifies_urls_signed_by_gcloud_except_those_invalid_in_a_request(string url)
    {
        var expected = url.All(c => c is > ' ' and <= '~') ? SignatureStatus.Valid : SignatureStatus.Malformed;
        Assert.Equal(expected, Signer.Verify("", url, Keys, DateTimeOffset.FromUnixTimeSeconds(1_795_000_000)).Status);
    }

    [Theory]
    [InlineData(Base, Path)]
    [InlineData("", Base + Path)]
    [InlineData(Base, Path + "?x=1&y")]
    public void Verifies_a_url_split_into_base_and_target(string baseUrl, string target)
    {
        var url = Signer.Sign(baseUrl + target, Expires, null, Key);
        var verdict = Signer.Verify(baseUrl, url.AsSpan(baseUrl.Length), Keys, Before);
        Assert.Equal(new SignatureVerdict(SignatureStatus.Valid, Expires, "my-key"), verdict);
    }

    [Fact]
    public void Rejects_every_change_of_one_character()
    {
        var target = SignedTarget();
        foreach (var changed in Mutations.Of(target))
        {
            var verdict = Signer.Verify(Base, changed, Keys, Before);
            Assert.False(verdict.IsAuthentic, changed);
        }
    }

    [Fact]
    public void Rejects_another_base()
    {
        var target = SignedTarget();
        Assert.All(Mutations.Of(Base), changed => Assert.False(Signer.Verify(changed, target, Keys, Before).IsAuthentic, changed));
    }

    [Fact]
    public void Rejects_a_base_that_ends_inside_the_host()
    {
        var url = Signer.Sign("http://host12/x", Expires, null, Key);
        Assert.Equal(SignatureStatus.Malformed, Signer.Verify("http://host1", url.AsSpan("http://host1".Length), Keys, Before).Status);
    }

    [Fact]
    public void Checks_the_signature_before_the_expiry()
    {
        var target = SignedTarget();
        var wrong = target[..^5] + (target[^5] == 'A' ? 'B' : 'A') + target[^4..];
        Assert.Equal(SignatureStatus.Wrong, Signer.Verify(Base, wrong, Keys, Expires.AddYears(1)).Status);
    }

    [Fact]
    public void Expires_to_the_second()
    {
        var target = SignedTarget();
        Assert.Equal(SignatureStatus.Valid, Signer.Verify(Base, target, Keys, Expires.AddTicks(-1)).Status);
        Assert.Equal(new SignatureVerdict(SignatureStatus.Expired, Expires, "my-key"), Signer.Verify(Base, target, Keys, Expires));
    }

    [Theory]
    [InlineData(Path)]
    [InlineData(Path + "?")]
    [InlineData(Path + "?Expires=1800000000&KeyName=my-key")]
    [InlineData(Path + "?Signature=mOhrgBbKLNu6bq-dUgW5FxVR8ec=")]
    [InlineData("")]
    [InlineData("*")]
    public void Reports_a_missing_signature(string target) =>
        Assert.Equal(SignatureStatus.Missing, Signer.Verify(Base, target, Keys, Before).Status);

    [Theory]
    [InlineData("?KeyName=my-key&Expires=1800000000")]
    [InlineData("?Expires=01800000000&KeyName=my-key")]
    [InlineData("?Expires=+1800000000&KeyName=my-key")]
    [InlineData("?Expires=-1&KeyName=my-key")]
    [InlineData("?Expires=&KeyName=my-key")]
    [InlineData("?Expires=99999999999999999999&KeyName=my-key")]
    [InlineData("?Expires=253402300800&KeyName=my-key")]
    [InlineData("?Expires=1800000000.5&KeyName=my-key")]
    [InlineData("?Expires=1800000000&KeyName=my-key&KeyName=my-key")]
    [InlineData("?Expires=1800000000&Expires=1800000000&KeyName=my-key")]
    [InlineData("?KeyName=my-key&Expires=1800000000&KeyName=my-key")]
    [InlineData("?Signature=x&Expires=1800000000&KeyName=my-key")]
    [InlineData("?%45xpires=1&Expires=1800000000&KeyName=my-key")]
    [InlineData("?Expires=1800000000&x=1&KeyName=my-key")]
    [InlineData("?Expires=1800000000&KeyName=my-key&x=1")]
    [InlineData("?expires=1800000000&KeyName=my-key")]
    [InlineData("?Expires=1800000000&keyName=my-key")]
    [InlineData("?Expires=1800000000&KeyName=my%2Dkey")]
    [InlineData("&Expires=1800000000&KeyName=my-key")]
    [InlineData("Expires=1800000000&KeyName=my-key")]
    [InlineData("#?Expires=1800000000&KeyName=my-key&")]
    public void Rejects_other_formats_even_with_a_correct_signature(string query)
    {
        var signed = Base + Path + query;
#pragma warning disable CA5350
        var hash = System.Security.Cryptography.HMACSHA1.HashData(Key.Secret, System.Text.Encoding.UTF8.GetBytes(signed));
#pragma warning restore CA5350
        var signature = Convert.ToBase64String(hash).Replace('+', '-').Replace('/', '_');
        Assert.Equal(SignatureStatus.Malformed, Signer.Verify("", signed + "&Signature=" + signature, Keys, Before).Status);
    }

    [Fact]
    public void Rejects_nonzero_unused_bits_of_the_last_digit()
    {
        const string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var target = SignedTarget();
        var last = digits.IndexOf(target[^2], StringComparison.Ordinal);
        for (var bits = 1; bits < 4; bits++)
        {
            Assert.Equal(SignatureStatus.Wrong, Signer.Verify(Base, target[..^2] + digits[last | bits] + "=", Keys, Before).Status);
        }

        Assert.False(Signer.Verify(Base, target.AsSpan()[..^1], Keys, Before).IsAuthentic);
        Assert.False(Signer.Verify(Base, target + "=", Keys, Before).IsAuthentic);
        Assert.False(Signer.Verify(Base, target[..^1] + "%3D", Keys, Before).IsAuthentic);
    }

    [Theory]
    [InlineData("ftp://example.com/x", "scheme")]
    [InlineData("example.com/x", "scheme")]
    [InlineData("/tracks/x", "scheme")]
    [InlineData("", "scheme")]
    [InlineData("https:///x", "host")]
    [InlineData("https://", "host")]
    [InlineData("https://example.com/x#top", "fragment")]
    [InlineData("https://example.com/x#", "fragment")]
    [InlineData("https://example.com/x?Expires=1", "'Expires'")]
    [InlineData("https://example.com/x?KeyName", "'KeyName'")]
    [InlineData("https://example.com/x?a&Signature=", "'Signature'")]
    [InlineData("https://example.com/x?a&%53ignature=", "'Signature'")]
    [InlineData("https://example.com/x\n", "control")]
    public void Reports_why_a_url_cannot_be_signed(string url, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => Signer.Sign(url, Expires, null, Key));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Rejects_a_lone_surrogate() =>
        Assert.ThrowsAny<ArgumentException>(() => Signer.Sign("https://example.com/\ud800", Expires, null, Key));

    [Fact]
    public void Rejects_an_expiry_before_1970() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Signer.Sign(Base + Path, DateTimeOffset.FromUnixTimeSeconds(-1), null, Key));

    [Theory]
    [InlineData("https://example.com/x?expires=1&signature=2&MyExpires=3&ExpiresAt=4&Expires%20=5&%=6&%4=7")]
    [InlineData("https://example.com/Expires=1&KeyName=2&Signature=3")]
    public void Signs_urls_whose_parameters_have_similar_names(string url) =>
        Assert.True(Signer.Verify("", Signer.Sign(url, Expires, null, Key), Keys, Before).IsValid);

    [Fact]
    public void Signs_long_urls()
    {
        var url = Base + "/" + new string('x', 7000);
        var signed = Signer.Sign(url, Expires, null, Key);
        Assert.StartsWith(url + "?Expires=1800000000&KeyName=my-key&Signature=", signed, StringComparison.Ordinal);
        Assert.True(Signer.Verify("", signed, Keys, Before).IsValid);
    }

    [Fact]
    public void Allocates_little_more_than_the_url()
    {
        string Sign() => Signer.Sign(Base + Path, Expires, null, Key);
        var length = Sign().Length;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Sign();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        Assert.InRange(each, 0, (length * sizeof(char)) + 160);
    }

    private static string SignedTarget() => Signer.Sign(Base + Path, Expires, null, Key)[Base.Length..];
}
