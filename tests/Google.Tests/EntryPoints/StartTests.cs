using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Spotify.Google.EntryPoints;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>Instances as processes of their own, which do not start.</summary>
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
    [InlineData("Playlists", "Buckets:images")]
    [InlineData("ObjectRemovals", "Buckets:tracks")]
    [InlineData("ObjectRemovals", "ServiceCallers:Issuer")]
    [InlineData("DeadLetters", "ServiceCallers:Audiences:0")]
    [InlineData("DeadLetters", "ServiceCallers:JwksUrl")]
    [InlineData("DeadLetters", "ServiceCallers:Emails:0")]
    [InlineData("DeadLetters", "Buckets:deadletters")]
    public async Task A_missing_setting_is_named(string function, string setting, params string[] left)
    {
        var entry = await FailAsync(function, All.Where(s => s.Key != setting && !left.Contains(s.Key)));
        Assert.Contains(setting, (string?)entry["message"]);
        Assert.Null(entry["stack_trace"]);
    }

    [Fact]
    public async Task A_bad_key_is_named_and_its_secret_is_not_told()
    {
        var entry = await FailAsync("Playback", All.Select(s => s.Key == "SigningKeys:0:Secret" ? new(s.Key, Secret) : s));
        Assert.Contains("SigningKeys:0:Secret", (string?)entry["message"]);
        Assert.DoesNotContain(Secret, entry.ToJsonString());
    }

    [Fact]
    public async Task A_function_that_is_not_there_is_named() => Assert.Contains("Nonsense", (string?)(await FailAsync("Nonsense", All))["message"]);

    /// <summary>The one entry of an instance that ended with exit code 1.</summary>
    private static async Task<JsonObject> FailAsync(string function, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, [typeof(FunctionEntryPoint).Assembly.Location, "--target", $"Spotify.Google.{function}", "--port", "0"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        // No emulator is asked before the settings are found good.
        (start.Environment["SPANNER_EMULATOR_HOST"], start.Environment["PUBSUB_EMULATOR_HOST"], start.Environment["STORAGE_EMULATOR_HOST"]) = ("127.0.0.1:1", "127.0.0.1:1", "http://127.0.0.1:1/");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((1, ""), (process.ExitCode, await errors));
        var entry = JsonNode.Parse(Assert.Single((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)))!.AsObject();
        Assert.Equal("CRITICAL", (string?)entry["severity"]);
        return entry;
    }
}
