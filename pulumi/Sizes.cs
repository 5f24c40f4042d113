using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Training;

namespace Spotify.Cloud;

/// <summary>The size of a function.</summary>
internal sealed record Size
{
    /// <summary>The memory of an instance.</summary>
    public string Memory { get; init; } = "512Mi";

    /// <summary>The cores of an instance. More are added during its start.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>The number of requests that an instance serves at the same time.</summary>
    public int Concurrency { get; init; } = 80;

    /// <summary>
    /// Whether <see cref="StackSettings.WarmInstances"/> are kept in each region. Other functions start on demand, except before a release.
    /// </summary>
    public bool KeepsWarm { get; init; }

    /// <summary>The maximum number of instances in each region, if the project's quota allows it.</summary>
    public int MaxInstances { get; init; } = 100;
}

/// <summary>The sizes of functions.</summary>
internal static class Sizes
{
    // The memory in GiB from which Cloud Run requires more cores: https://cloud.google.com/run/docs/configuring/services/memory-limits
    private static readonly (double Above, int Cores)[] LeastCores = [(24, 8), (16, 6), (8, 4), (4, 2)];

    private const long WorkingMemory = 512L << 20;

    private static readonly Size OneCallAtATime = new() { Concurrency = 1, MaxInstances = 1 };

    private static readonly Dictionary<string, Size> ByName = new()
    {
        ["account-removals"] = OneCallAtATime,
        // Each task holds a chunk of an upload in memory.
        ["audio-encryption"] = new() { Concurrency = 8, MaxInstances = 50 },
        // An encoding uses one core. Uploads and encodings are kept in memory.
        ["audio-ingest"] = new() { Memory = "4Gi", Concurrency = 1, MaxInstances = 50 },
        ["cdn-warming"] = OneCallAtATime,
        ["chart-rollups"] = OneCallAtATime,
        // Messages wait for each other for up to a second, and are written together.
        ["chart-updater"] = new() { Concurrency = 1000, MaxInstances = 20 },
        ["daily-aggregates"] = OneCallAtATime,
        ["dead-letters"] = new() { MaxInstances = 3 },
        // Each request holds a chunk of an upload in memory.
        ["native-flac"] = new() { Concurrency = 8, MaxInstances = 20 },
        ["object-removals"] = OneCallAtATime,
        ["play-marks"] = OneCallAtATime,
        // Requests are short and mostly wait for Firestore and Spanner; devices send several for each track.
        ["player"] = new() { Concurrency = 200, MaxInstances = 500 },
        // A radio is computed on a core for some milliseconds.
        ["player-autoplay"] = new() { Concurrency = 16, MaxInstances = 50 },
        // A task of 100 listeners uses a core.
        ["playlist-generator"] = new() { Concurrency = 1, MaxInstances = 1000 },
        // The pages and tasks of a few shards. Each shard is enqueued at 500 to 800 tasks per second.
        ["playlist-shards"] = new() { Concurrency = 8, MaxInstances = 8 },
        ["popularity"] = OneCallAtATime with { Memory = "2Gi" },
        // A list is computed on a core for some milliseconds.
        ["recommendations"] = new() { Concurrency = 16 },
        ["royalty-reports"] = OneCallAtATime,
        ["search-dictionary"] = OneCallAtATime,
        // The merge has the dictionary in memory, while it is built and as a file.
        ["search-terms"] = new() { Memory = "2Gi", Concurrency = 1, MaxInstances = 4 },
        ["search-updates"] = OneCallAtATime,
        ["weekly-playlists"] = OneCallAtATime,
        ["training-runs"] = OneCallAtATime,
        // Playback requests are short: fewer but larger instances stay warm.
        ["playback"] = new() { Cores = 2, Concurrency = 200, KeepsWarm = true, MaxInstances = 1000 },
    };

    /// <summary>The functions that have a size of their own.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>Returns the fewest cores that Cloud Run allows for a memory in GiB.</summary>
    public static int CoresFor(int memory) => LeastCores.FirstOrDefault(least => memory > least.Above, (0, 1)).Cores;

    /// <summary>Returns the size of a function that recommends: it has two models in memory while it loads a new one.</summary>
    /// <param name="size">The size of a core of it.</param>
    /// <param name="tracks">The number of tracks of a model.</param>
    public static Size WithModel(Size size, int tracks)
    {
        var memory = GibibytesFor((2 * ModelSize.Estimate(tracks, new TrainingOptions())) + WorkingMemory);
        var cores = CoresFor(memory);
        return size with
        {
            Memory = FormattableString.Invariant($"{memory}Gi"), Cores = cores, Concurrency = size.Concurrency * cores,
        };
    }

    /// <summary>Returns a number of bytes in GiB, rounded up.</summary>
    public static int GibibytesFor(long bytes) => (int)((bytes + (1L << 30) - 1) >> 30);

    /// <summary>Returns the size of a function.</summary>
    public static Size Of(string function) => ByName.GetValueOrDefault(function, new Size());
}
