using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Pulumi.Testing;
using Pulumi.Utilities;
using Spotify.Cloud.Listing;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Web.Functions;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Cloud.Tests;

/// <summary>The whole program, run for a stack against <see cref="CloudMocks"/>.</summary>
/// <param name="Stack">The name of the stack, with the variants of its configuration: <c>dev+release</c>.</param>
/// <param name="Config">The configuration.</param>
/// <param name="All">The declared resources.</param>
/// <param name="Outputs">The outputs of the stack.</param>
/// <param name="Releases">The releases of security rules that the program moved, with their rulesets.</param>
internal sealed record Deployed(
    string Stack,
    ImmutableDictionary<string, string> Config,
    ImmutableArray<Declared> All,
    IReadOnlyDictionary<string, object?> Outputs,
    ImmutableArray<(string Release, string Ruleset)> Releases)
{
    /// <summary>The version of the images.</summary>
    public const string Version = "0a1b2c3d4e5f";

    private static readonly string TokenPem = TokenKey.New();

    private static readonly string MasterKey = Convert.ToBase64String(new byte[113]);

    private const string CdnKey = "nZtRohdNF9m3cKM24IcK4w==";

    private static readonly Dictionary<string, Dictionary<string, string>> Variants = new()
    {
        ["release"] = new()
        {
            ["releaseAt"] = "2026-12-04T05:00:00Z",
            ["releaseAlbums"] = """["0123456789abcdefghijAB","1123456789abcdefghijAB"]""",
            ["coresPerRegion"] = "200",
        },
        ["domain"] = new() { ["domain"] = "music.example" },
        ["regions"] = new() { ["regions"] = """["us-central1","europe-west1","asia-east1"]""" },
        ["region"] = new() { ["regions"] = """["europe-west1"]""" },
        ["rotated"] = new()
        {
            ["cdnKeyNames"] = """["k2","k1"]""",
            ["tokenKeyNames"] = """["t2","t1"]""",
            ["licenseKeyNames"] = """["l2","l1"]""",
            ["masterKeyNames"] = """["m2","m1"]""",
        },
        ["restored"] = new() { ["databaseInUse"] = "restored" },
        ["blocked"] = new() { ["blockedCountries"] = """["KP","XX"]""" },
        ["repository"] = new() { ["repositoryId"] = "123456789" },
        ["open"] = new() { ["openRegistration"] = "true" },
        ["ml"] = new() { ["bigQueryMlSlots"] = "100" },
        ["budget"] = new() { ["billingAccount"] = "012345-678901-ABCDEF", ["monthlyBudget"] = "100" },
    };

    private static readonly string[] OfAccounts = ["repository", "open"];

    private static readonly Dictionary<string, Task<Deployed>> Runs = [];

    /// <summary>Every stack, with its own configuration and with each variant.</summary>
    public static TheoryData<string> Everywhere =>
        [.. StackFile.Stacks.SelectMany(stack => Variants.Keys.Except(OfAccounts).Select(variant => $"{stack}+{variant}").Prepend(stack))];

    /// <summary>Every stack of the accounts, with its own configuration and with each variant.</summary>
    public static TheoryData<string> EveryAccounts =>
        [.. StackFile.Stacks.SelectMany(stack => OfAccounts.Select(variant => $"Accounts/{stack}+{variant}").Prepend($"Accounts/{stack}"))];

    /// <summary>The project id.</summary>
    public string Project => Config["gcp:project"];

    /// <summary>Returns the deployment of a stack. Runs the program once per stack and variant.</summary>
    /// <param name="stack">The stack, optionally with variants: <c>prod+release</c>.</param>
    public static Task<Deployed> To(string stack)
    {
        lock (Runs) return Runs.TryGetValue(stack, out var run) ? run : Runs[stack] = RunAsync(stack, ConfigOf(stack));
    }

    /// <summary>Runs the program with a configuration.</summary>
    /// <param name="functions">Functions to deploy besides those of the product.</param>
    public static Task<Deployed> RunAsync(
        string stack, ImmutableDictionary<string, string> config, params IReadOnlyList<FunctionDefinition> functions) =>
        RunAsync(stack, config, Checkout.Root, functions);

    /// <summary>Runs the program with a configuration and with files of another directory.</summary>
    /// <param name="root">The directory, with the layout of the repository.</param>
    public static async Task<Deployed> RunAsync(
        string stack, ImmutableDictionary<string, string> config, string root, params IReadOnlyList<FunctionDefinition> functions)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", JsonSerializer.Serialize(config));
        var secrets = config.Keys.Where(IsSecret);
        Environment.SetEnvironmentVariable("PULUMI_CONFIG_SECRET_KEYS", JsonSerializer.Serialize(secrets));
        var mocks = new CloudMocks(config["gcp:project"]);
        var watch = new ResourceWatch();
        var resources = await Deployment.TestWithServiceProviderAsync<WatchedHome>(
            mocks,
            new StackProvider(() => new WatchedHome(
                watch, [.. CloudFunction.All, .. functions.Select(definition => new CloudFunction(definition))], root, mocks)),
            new TestOptions
            {
                ProjectName = StackFile.ProjectOf(stack), StackName = Path.GetFileName(stack.Split('+')[0]), IsPreview = false,
            });
        await watch.CompleteAsync(mocks.All);
        var existing = config.Where(value => value.Key == "spotify:databaseInUse").Select(value => ("spanner/database", value.Value))
            .Append(("kms/cryptoKey", CloudMocks.MasterKeyOf(config["gcp:project"])));
        var errors = References.Check(mocks.All, existing).ToList();
        if (errors.Count > 0) throw new InvalidOperationException(string.Join("\n", errors));
        var outputs = await OutputUtilities.GetValueAsync(resources.OfType<WatchedHome>().Single().Outputs);
        return new Deployed(stack, config, mocks.All, outputs, mocks.Releases);
    }

    /// <summary>Returns the configuration of a stack.</summary>
    public static ImmutableDictionary<string, string> ConfigOf(string stack)
    {
        var config = StackFile.Read(stack.Split('+')[0]);
        foreach (var variant in stack.Split('+').Skip(1))
            config = config.SetItems(
                Variants[variant].Select(value => KeyValuePair.Create($"{StackFile.ProjectOf(stack)}:{value.Key}", value.Value)));
        return config
            .SetItem("spotify:version", Version)
            .SetItems(Names("cdnKeyNames").Select(key => KeyValuePair.Create($"spotify:cdnKey-{key}", CdnKey)))
            .SetItems(Names("tokenKeyNames").Select(key => KeyValuePair.Create($"spotify:tokenKey-{key}", TokenPem)))
            .SetItems(Names("licenseKeyNames").Select(key => KeyValuePair.Create($"spotify:licenseKey-{key}", TokenPem)))
            .SetItems(Names("masterKeyNames").Select(key => KeyValuePair.Create($"spotify:masterKey-{key}", MasterKey)));

        string[] Names(string setting) => JsonSerializer.Deserialize<string[]>(config.GetValueOrDefault($"spotify:{setting}", "[]"))!;
    }

    /// <summary>Returns whether a setting is a secret.</summary>
    public static bool IsSecret(string setting) =>
        setting.StartsWith("spotify:cdnKey-", StringComparison.Ordinal)
        || setting.StartsWith("spotify:tokenKey-", StringComparison.Ordinal)
        || setting.StartsWith("spotify:licenseKey-", StringComparison.Ordinal)
        || setting.StartsWith("spotify:masterKey-", StringComparison.Ordinal);

    /// <summary>Returns the resources of a type, such as <c>storage/bucket</c>.</summary>
    public IEnumerable<Declared> Of(string module) =>
        All.Where(resource => resource.Type.StartsWith($"gcp:{module}:", StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Stack;

    private sealed class StackProvider(Func<WatchedHome> create) : IServiceProvider
    {
        public object? GetService(Type type) => type == typeof(WatchedHome) ? create() : null;
    }
}
