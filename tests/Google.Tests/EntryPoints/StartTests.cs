using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Spotify.Google.EntryPoints;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>Instances with invalid settings, in processes of their own. They exit with an error that names the setting.</summary>
public sealed class StartTests
{
    private const string Secret = "not-a-secret-of-16-bytes";

    private static readonly Dictionary<string, string?> All = TestFunction.Settings(new TestIssuer());

    [Theory]
    [InlineData("Catalog", "PublicUrl")]
    [InlineData("Catalog", "AccessTokens:Issuer")]
    [InlineData("Catalog", "AccessTokens:Audience")]
    [InlineData("Catalog", "AccessTokens:JwksUrl")]
    [InlineData("Catalog", "Spanner:Database")]
    [InlineData("Playback", "SigningKeys:1:Secret")]
    [InlineData("Playback", "Cdn:Cdns:0", "Cdn:Cdns:0:Name", "Cdn:Cdns:0:BaseUrl")]
    [InlineData("Accounts", "TokenKeys:0:Pem")]
    [InlineData("Licenses", "LicenseKeys:0:Pem")]
    [InlineData("Licenses", "MasterKeys:0:Id", "MasterKeys:0:Wrapped")]
    [InlineData("Licenses", "MasterKeys:0:Wrapped")]
    [InlineData("Licenses", "Kms:Key")]
    [InlineData("Accounts", "SignIn:Project")]
    [InlineData("Accounts", "SignIn:ApiKey")]
    [InlineData("Accounts", "ClientAddressHeader")]
    [InlineData("Playlists", "Buckets:images")]
    [InlineData("ObjectRemovals", "Buckets:tracks")]
    [InlineData("ObjectRemovals", "ServiceCallers:Issuer")]
    [InlineData("DeadLetters", "ServiceCallers:Audience")]
    [InlineData("DeadLetters", "ServiceCallers:JwksUrl")]
    [InlineData("DeadLetters", "ServiceCallers:Emails:0")]
    [InlineData("DeadLetters", "Buckets:deadletters")]
    [InlineData("RoyaltyReports", "Warehouse:Dataset")]
    public async Task A_missing_setting_is_named(string function, string setting, params string[] others)
    {
        var entry = await FailAsync(function, All.Where(s => s.Key != setting && !others.Contains(s.Key)));
        Assert.Contains(setting, (string?)entry["message"]);
        Assert.Null(entry["stack_trace"]);
    }

    [Fact]
    public async Task An_invalid_key_is_named_and_its_secret_is_not_logged()
    {
        var entry = await FailAsync("Playback", All.Select(s => s.Key == "SigningKeys:0:Secret" ? new(s.Key, Secret) : s));
        Assert.Contains("SigningKeys:0:Secret", (string?)entry["message"]);
        Assert.DoesNotContain(Secret, entry.ToJsonString());
    }

    [Fact]
    public async Task An_invalid_token_key_is_named_and_not_logged()
    {
        var entry = await FailAsync("Accounts", All.Select(s => s.Key == "TokenKeys:0:Pem" ? new(s.Key, Secret) : s));
        Assert.Contains("TokenKeys:0:Pem must be a private P-256 key in PEM", (string?)entry["message"]);
        Assert.DoesNotContain(Secret, entry.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_function_is_named() =>
        Assert.Contains("Nonsense", (string?)(await FailAsync("Nonsense", All))["message"]);

    /// <summary>Runs an instance, asserts that it exits with code 1 and one log entry, and returns the entry.</summary>
    private static async Task<JsonObject> FailAsync(string function, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", program));
        string[] arguments = [typeof(FunctionEntryPoint).Assembly.Location, "--target", $"Spotify.Google.{function}", "--port", "0"];
        var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        // Settings are validated before any connection is opened, so that these emulators need not exist.
        start.Environment["SPANNER_EMULATOR_HOST"] = start.Environment["PUBSUB_EMULATOR_HOST"] = "127.0.0.1:1";
        start.Environment["STORAGE_EMULATOR_HOST"] = "http://127.0.0.1:1/";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((1, ""), (process.ExitCode, await errors));
        var entry = JsonNode.Parse(Assert.Single((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)))!.AsObject();
        Assert.Equal("CRITICAL", (string?)entry["severity"]);
        return entry;
    }
}
