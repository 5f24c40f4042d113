using Spotify.Local.Commands;

namespace Spotify.Local.Tests.Edge;

public sealed class SignUrlCommandTests : IDisposable
{
    private const string Url = "https://media.example.com/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg";

    private readonly string keyFile = Path.GetTempFileName();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public SignUrlCommandTests() => File.WriteAllText(keyFile, "nZtRohdNF9m3cKM24IcK4w==\n");

    public void Dispose()
    {
        File.Delete(keyFile);
        output.Dispose();
        error.Dispose();
    }

    [Theory]
    [InlineData(Url)]
    [InlineData("  " + Url + "\n")]
    public void Prints_only_the_url(string url)
    {
        Assert.Equal(0, Run(url));
        Assert.Equal(Url + "?Expires=1795166620&KeyName=my-key&Signature=mOhrgBbKLNu6bq-dUgW5FxVR8ec=\n", output.ToString());
        Assert.Equal("", error.ToString());
    }

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1795166620.5")]
    [InlineData("1e9")]
    [InlineData("253402300800")]
    [InlineData("99999999999999999999")]
    public void Refuses_an_invalid_expiry(string expiresAt) => AssertFails(2, "--expires-at", Run(expiresAt: expiresAt));

    [Theory]
    [InlineData("ftp://example.com/x", "HTTP or HTTPS")]
    [InlineData("tracks/x", "HTTP or HTTPS")]
    [InlineData(Url + "#x", "fragment")]
    [InlineData(Url + "?Signature=x", "'Signature'")]
    public void Refuses_a_url_that_cannot_be_signed(string url, string reason) => AssertFails(2, reason, Run(url));

    [Fact]
    public void Refuses_a_key_name_that_needs_escaping() => AssertFails(2, "--key-name", Run(keyName: "my key"));

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("nZtRohdNF9m3cKM24IcK4w==\nnZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("nZtRohdNF9m3cKM24IcK")]
    public void Refuses_a_file_without_a_key(string content)
    {
        File.WriteAllText(keyFile, content);
        AssertFails(1, "16 bytes in base64url", Run());
    }

    [Fact]
    public void Reports_a_missing_key_file()
    {
        File.Delete(keyFile);
        AssertFails(1, "--key-file", Run());
    }

    private int Run(string url = Url, string keyName = "my-key", string expiresAt = "1795166620") =>
        SignUrlCommand.Run(url, keyName, keyFile, expiresAt, output, error);

    private void AssertFails(int expected, string reason, int code)
    {
        Assert.Equal(expected, code);
        Assert.Equal("", output.ToString());
        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter '", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
    }
}
