using System.Runtime.InteropServices;

namespace Spotify.Recommendations.Tracks;

/// <summary>Counts plays for <see cref="PopularTracks"/>.</summary>
public sealed class PopularTracksBuilder
{
    private readonly Dictionary<(int List, int Track), double> plays = [];

    /// <summary>Adds plays of a track.</summary>
    /// <param name="row">The track's row.</param>
    /// <param name="market">The market of the listeners; null if unknown.</param>
    /// <param name="time">The time of the plays; null if unknown.</param>
    /// <param name="weight">The number of plays. Numbers that are not positive or not finite are ignored.</param>
    public void Add(int row, string? market, DateTimeOffset? time, double weight = 1)
    {
        if (!(weight > 0) || !double.IsFinite(weight)) return;
        int? part = time is { } at ? PopularTracks.PartOfDay(at) : null;
        Count(PopularTracks.World);
        if (market is not null && MarketCode.Parse(market) is var code and >= 0) Count(code);

        void Count(int of)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(plays, (PopularTracks.List(of, null), row), out _) += weight;
            if (part is not null) CollectionsMarshal.GetValueRefOrAddDefault(plays, (PopularTracks.List(of, part), row), out _) += weight;
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
            scores.AddRange(top.Select(entry => (float)(Math.Log(1 + entry.Value) / Math.Log(1 + top[0].Value))));
            starts.Add(tracks.Count);
        }

        return new PopularTracks(new PopularTracksColumns(lists.ToArray(), starts.ToArray(), tracks.ToArray(), scores.ToArray()));
    }
}
