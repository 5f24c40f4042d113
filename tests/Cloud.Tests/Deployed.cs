using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Pulumi.Testing;
using Pulumi.Utilities;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Google.Signing;

namespace Spotify.Cloud.Tests;

/// <summary>The whole program, run for a stack against <see cref="CloudMocks"/>.</summary>
/// <param name="Stack">The stack's name, with what differs from its file: <c>dev+release</c>.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="All">What was declared.</param>
/// <param name="Outputs">What an operator is told.</param>
internal sealed record Deployed(string Stack, ImmutableDictionary<string, string> Config, ImmutableArray<Declared> All, IReadOnlyDictionary<string, object?> Outputs)
{
    private const string CdnKey = "nZtRohdNF9m3cKM24IcK4w==";

    private static readonly Dictionary<string, Dictionary<string, string>> Variants = new()
    {
        ["release"] = new() { ["releaseAt"] = "2026-12-04T05:00:00Z", ["releaseAlbums"] = """["0123456789abcdefghijAB","1123456789abcdefghijAB"]""", ["coresPerRegion"] = "200" },
        ["domain"] = new() { ["domain"] = "music.example" },
        ["repository"] = new() { ["repository"] = "example/spotify" },
        ["ingest"] = new() { ["ingestImage"] = "us-central1-docker.pkg.dev/example-dev/containers/audio-ingest:1" },
        ["regions"] = new() { ["regions"] = """["us-central1","europe-west1","asia-east1"]""" },
        ["region"] = new() { ["regions"] = """["europe-west1"]""" },
        ["rotated"] = new() { ["cdnKeyNames"] = """["k2","k1"]""" },
        ["restored"] = new() { ["databaseInUse"] = "restored" },
        ["blocked"] = new() { ["blockedCountries"] = """["KP","XX"]""" },
        ["budget"] = new() { ["billingAccount"] = "012345-678901-ABCDEF", ["monthlyBudget"] = "100" },
    };

    private static readonly Dictionary<string, Task<Deployed>> Runs = [];

    /// <summary>Every stack, as its file is and with each variant.</summary>
    public static TheoryData<string> Everywhere => [.. StackFile.Stacks.SelectMany(stack => Variants.Keys.Select(variant => $"{stack}+{variant}").Prepend(stack))];

    /// <summary>The project that it is deployed to.</summary>
    public string Project => Config["gcp:project"];

    /// <summary>Runs the program for a stack, once.</summary>
    /// <param name="stack">The stack; with variants: <c>prod+release</c>.</param>
    public static Task<Deployed> To(string stack)
    {
        lock (Runs) return Runs.TryGetValue(stack, out var run) ? run : Runs[stack] = RunAsync(stack, ConfigOf(stack));
    }

    /// <summary>Runs it with a configuration that is not a stack's.</summary>
    public static async Task<Deployed> RunAsync(string stack, ImmutableDictionary<string, string> config)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", JsonSerializer.Serialize(config));
        Environment.SetEnvironmentVariable("PULUMI_CONFIG_SECRET_KEYS", JsonSerializer.Serialize(config.Keys.Where(key => key.StartsWith("spotify:cdnKey-", StringComparison.Ordinal))));
        var mocks = new CloudMocks(config["gcp:project"]);
        var watch = new ResourceWatch();
        var services = new Dictionary<Type, object> { [typeof(ResourceWatch)] = watch };
        var made = await Deployment.TestWithServiceProviderAsync<WatchedHome>(
            mocks, new OneService(services), new TestOptions { ProjectName = "spotify", StackName = stack.Split('+')[0], IsPreview = false });
        await watch.CompleteAsync(made, mocks.All);
        var restored = config.Where(value => value.Key == "spotify:databaseInUse").Select(value => ("spanner/database", value.Value));
        var mistakes = References.Check(mocks.All, restored).ToList();
        if (mistakes.Count > 0) throw new InvalidOperationException(string.Join("\n", mistakes));
        var outputs = await OutputUtilities.GetValueAsync(made.OfType<WatchedHome>().Single().Told);
        return new Deployed(stack, config, mocks.All, outputs);
    }

    /// <summary>The configuration of a stack.</summary>
    public static ImmutableDictionary<string, string> ConfigOf(string stack)
    {
        var config = StackFile.Read(stack.Split('+')[0]);
        foreach (var variant in stack.Split('+').Skip(1)) config = config.SetItems(Variants[variant].Select(value => KeyValuePair.Create($"spotify:{value.Key}", value.Value)));
        var keys = JsonSerializer.Deserialize<string[]>(config["spotify:cdnKeyNames"])!;
        return config.SetItems(keys.Select(key => KeyValuePair.Create($"spotify:cdnKey-{key}", CdnKey)));
    }

    /// <summary>What is of a type: <c>storage/bucket</c>.</summary>
    public IEnumerable<Declared> Of(string module) => All.Where(resource => resource.Type.StartsWith($"gcp:{module}:", StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Stack;

    private sealed class OneService(Dictionary<Type, object> services) : IServiceProvider
    {
        public object? GetService(Type type) => type == typeof(WatchedHome) ? new WatchedHome((ResourceWatch)services[typeof(ResourceWatch)]) : services.GetValueOrDefault(type);
    }
}
