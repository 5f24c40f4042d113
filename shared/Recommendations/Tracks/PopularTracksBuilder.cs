using System.Runtime.InteropServices;

namespace Spotify.Recommendations.Tracks;

/// <summary>Counts plays for <see cref="PopularTracks"/>.</summary>
public sealed class PopularTracksBuilder
{
    // Sums of integers do not depend on the order of the plays.
    private const double Scale = 1L << 32;

    private readonly Dictionary<(int List, int Track), long> plays = [];

    /// <summary>Adds plays of a track.</summary>
    /// <param name="row">The track's row.</param>
    /// <param name="market">The market of the listeners; null if unknown.</param>
    /// <param name="time">The time of the plays; null if unknown.</param>
    /// <param name="weight">
    /// The number of plays. Numbers that are not positive or not finite are ignored. The sum is at most two billion.
    /// </param>
    public void Add(int row, string? market, DateTimeOffset? time, double weight = 1)
    {
        if (!(weight > 0) || !double.IsFinite(weight)) return;
        var scaled = Math.Max(1, (long)(weight * Scale));
        int? part = time is { } at ? PopularTracks.PartOfDay(at) : null;
        Count(PopularTracks.World);
        if (market is not null && MarketCode.Parse(market) is var code and >= 0) Count(code);

        void Count(int of)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(plays, (PopularTracks.List(of, null), row), out _) += scaled;
            if (part is not null) CollectionsMarshal.GetValueRefOrAddDefault(plays, (PopularTracks.List(of, part), row), out _) += scaled;
        }
    }

    /// <summary>Returns the lists. Tracks with equal plays are in the order of their rows.</summary>
    public PopularTracks Build()
    {
        var (lists, starts, tracks, scores) = (new List<int>(), new List<int> { 0 }, new List<int>(), new List<float>());
        foreach (var list in plays.GroupBy(entry => entry.Key.List).OrderBy(group => group.Key))
        {
            var top = list.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key.Track).Take(PopularTracks.MaxTracks).ToList();
            lists.Add(list.Key);
            tracks.AddRange(top.Select(entry => entry.Key.Track));
            scores.AddRange(top.Select(entry => (float)(Math.Log(1 + (entry.Value / Scale)) / Math.Log(1 + (top[0].Value / Scale)))));
            starts.Add(tracks.Count);
        }

        return new PopularTracks(new PopularTracksColumns(lists.ToArray(), starts.ToArray(), tracks.ToArray(), scores.ToArray()));
    }
}
