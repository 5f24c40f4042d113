using Spotify.Recommendations.Ranking;

namespace Spotify.Benchmarks.Generate;

/// <summary>Listeners of a <see cref="GeneratedModel"/> who play tracks of a few clusters, well-known ones more often.</summary>
internal static class GeneratedListeners
{
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 6, 0, 0, TimeSpan.Zero);

    private const int ClustersPerListener = 4;

    /// <summary>Returns the rows of tracks that a listener plays, without repetition.</summary>
    public static int[] Rows(GeneratedModel model, int seed, int count)
    {
        var random = new Random(seed);
        var clusters = Enumerable.Range(0, ClustersPerListener).Select(_ => model.Clusters[random.Next(model.Clusters.Count)]).ToArray();
        count = Math.Min(count, clusters.Distinct().Sum(cluster => cluster.Length) / 2);
        var rows = new HashSet<int>();
        while (rows.Count < count)
        {
            var cluster = clusters[random.Next(ClustersPerListener)];
            rows.Add(cluster[(int)(Math.Pow(random.NextDouble(), 3) * cluster.Length)]);
        }

        return [.. rows];
    }

    /// <summary>Returns a listener who has played tracks, the first one last.</summary>
    public static ListenerInput Of(int[] rows) => new()
    {
        Plays = rows.Select((row, i) => new TrackPlays(
            GeneratedModel.Id(row), i % 20 == 19 ? -0.5f : 1 + (i % 5), Now.AddHours(-4 * i))).ToArray(),
        Market = "CL",
    };
}
