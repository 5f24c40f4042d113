using Spotify.Recommendations.Interactions;

namespace Spotify.Benchmarks.Als;

/// <summary>Invented interactions with the popularity of music: a few tracks have most plays, and most tracks have few.</summary>
internal static class GeneratedInteractions
{
    // The ranks from which popularity falls as 1/rank.
    private const double Head = 50;

    /// <summary>Returns about the number of interactions, at most one per listener and track, the same on every call.</summary>
    public static Interaction[] Of(int interactions, int listeners, int tracks)
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, tracks).ToArray();
        random.Shuffle(rows);
        var lastListener = new int[tracks];
        var result = new List<Interaction>(interactions);
        for (var listener = 1; listener <= listeners; listener++)
        {
            var mean = (double)(interactions - result.Count) / (listeners - listener + 1);
            var count = (int)Math.Clamp(-Math.Log(1 - random.NextDouble()) * mean, 1, tracks / 4);
            while (count > 0)
            {
                var rank = (int)(Head * Math.Pow((tracks + Head) / Head, random.NextDouble()) - Head);
                if (rank >= tracks || lastListener[rank] == listener) continue;
                lastListener[rank] = listener;
                result.Add(new(listener - 1, rows[rank], 1 - (float)Math.Log(1 - random.NextDouble())));
                count--;
            }
        }

        return result.ToArray();
    }
}
