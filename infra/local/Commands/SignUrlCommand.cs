using System.CommandLine;
using System.Globalization;
using Spotify.Domain.Signing;

namespace Spotify.Local.Commands;

/// <summary><c>sign-url</c>: prints the same signed URL as <c>gcloud compute sign-url</c> for the same URL, key and expiry.</summary>
public static class SignUrlCommand
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;

    internal static Command Create()
    {
        var url = new Argument<string>("url") { Description = "The URL." };
        var keyName = new Option<string>("--key-name") { Description = "The key's name.", Required = true };
        var keyFile = new Option<string>("--key-file") { Description = "A file with the key: 16 bytes in base64url.", Required = true };
        var expiresAt = new Option<string>("--expires-at")
        {
            Description = "When the URL expires, in seconds since 1970.", Required = true,
        };
        var command = new Command("sign-url", "Sign a URL for Cloud CDN and print it.") { url, keyName, keyFile, expiresAt };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(url),
            parsed.GetRequiredValue(keyName),
            parsed.GetRequiredValue(keyFile),
            parsed.GetRequiredValue(expiresAt),
            Console.Out,
            Console.Error));
        return command;
    }

    /// <summary>Signs a URL in Cloud CDN's format.</summary>
    /// <param name="url">An absolute http or https URL. Surrounding spaces are ignored.</param>
    /// <param name="keyName">The key's name.</param>
    /// <param name="keyFile">A file with the key: 16 bytes in base64url.</param>
    /// <param name="expiresAt">The time when the URL expires, in seconds since 1970.</param>
    /// <param name="output">Receives the signed URL, in a line.</param>
    /// <param name="error">Receives the reason of a failure, in a line.</param>
    /// <returns>The exit code: 0 done, 1 the key could not be read, 2 an argument is invalid.</returns>
    public static int Run(string url, string keyName, string keyFile, string expiresAt, TextWriter output, TextWriter error)
    {
        if (!long.TryParse(expiresAt, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return Fail(WrongUsage, $"--expires-at: '{expiresAt}' is not a number of seconds since 1970.");
        if (!SigningKey.IsValidName(keyName))
            return Fail(WrongUsage, $"--key-name: '{keyName}' is not 1 to {SigningKey.MaxNameLength} letters, digits, '-', '.' or '_'.");

        string text;
        try
        {
            text = File.ReadAllText(keyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Fail(Failed, $"--key-file: '{keyFile}' cannot be read: {e.Message}");
        }

        if (!SigningKey.TryParse(keyName, text, out var key))
            return Fail(Failed, $"--key-file: '{keyFile}' does not hold {SigningKey.CloudCdnSecretLength} bytes in base64url.");

        try
        {
            output.WriteLine(new CloudCdnSigner().Sign(url.Trim(), DateTimeOffset.FromUnixTimeSeconds(seconds), null, key));
            return Done;
        }
        catch (ArgumentException e)
        {
            return Fail(WrongUsage, e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal));
        }

        int Fail(int code, string reason)
        {
            error.WriteLine(reason.ReplaceLineEndings(" "));
            return code;
        }
    }
}
