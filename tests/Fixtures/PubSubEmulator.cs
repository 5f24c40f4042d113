using System.Diagnostics;

namespace Spotify.Fixtures;

/// <summary>The Pub/Sub emulator of the Google Cloud SDK.</summary>
public sealed class PubSubEmulator : JavaEmulator
{
    private static readonly string? Archive = FindArchive(Path.Combine("pubsub-emulator", "lib"), "cloud-pubsub-emulator-*.jar");

    private static readonly Lazy<Task<PubSubEmulator>> Shared = new(async () =>
    {
        var emulator = await StartAsync(FreePort());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => emulator.Dispose();
        return emulator;
    });

    private PubSubEmulator(Process process, int port) : base(process, port)
    {
    }

    /// <summary>Why the emulator cannot be started; null if it can.</summary>
    public static string? Missing { get; } = MissingFrom(Archive, "Pub/Sub", "pubsub-emulator");

    /// <summary>Returns the emulator shared by all tests of the run. Starts it on first use.</summary>
    public static Task<PubSubEmulator> GetAsync() => Shared.Value;

    /// <summary>Starts an emulator.</summary>
    public static async Task<PubSubEmulator> StartAsync(int port) =>
        new(await StartAsync(["-jar", Archive!, "--host=127.0.0.1", $"--port={port}"], "Server started"), port);
}
