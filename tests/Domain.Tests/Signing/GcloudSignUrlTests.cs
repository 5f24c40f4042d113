using System.Diagnostics;
using System.Globalization;
using Spotify.Domain.Signing;
using Spotify.Fixtures;

namespace Spotify.Domain.Tests.Signing;

/// <summary>Comparisons with <c>gcloud compute sign-url</c>. The expiry is taken from gcloud's output, because it uses the clock.</summary>
public class GcloudSignUrlTests
{
    private const string Id = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    [ToolTheory("gcloud")]
    [InlineData("https://media.example.com/" + Id + "/9f86d081/very_high.ogg", "key-1", "AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("http://127.0.0.1:8080/" + Id + "/9f86d081/lossless.flac.seek.json", "key-1", "-_-_-_-_-_-_-_-_-_-_-w==")]
    [InlineData("http://localhost/images/a/640.jpg", "k", "nZtRohdNF9m3cKM24IcK4w")]
    [InlineData("https://example.com", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("https://example.com/", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("https://example.com/?", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("https://example.com/a?x=1&y=%20&z=+", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("https://example.com/a?x=1&", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("https://example.com/a?&&", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("https://example.com/a?b?c", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("HTTPS://EXAMPLE.com:443/%7Ea/../b;c=1/,'()*!$@:", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("https://example.com/日本語/🎵", "k", "nZtRohdNF9m3cKM24IcK4w==")]
    public async Task Prints_the_same_url(string url, string keyName, string secret)
    {
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, secret + "\n");
            var expected = await RunAsync(url, keyName, keyFile);
            var at = expected.LastIndexOf("Expires=", StringComparison.Ordinal) + "Expires=".Length;
            var expires = long.Parse(expected.AsSpan(at, expected.IndexOf('&', at) - at), CultureInfo.InvariantCulture);

            var key = SigningKey.Parse(keyName, secret);
            var actual = new CloudCdnSigner().Sign(url, DateTimeOffset.FromUnixTimeSeconds(expires), null, key);

            Assert.Equal(expected, actual);
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    private static async Task<string> RunAsync(string url, string keyName, string keyFile)
    {
        var start = new ProcessStartInfo(Tools.Find("gcloud")!)
        {
            ArgumentList =
            {
                "compute", "sign-url", url, "--key-name", keyName, "--key-file", keyFile,
                "--expires-in", "1h", "--format", "value(signedUrl)",
            },
            Environment =
            {
                ["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1",
                ["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "true",
                ["PYTHONIOENCODING"] = "utf-8",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output.TrimEnd('\n', '\r');
    }
}
