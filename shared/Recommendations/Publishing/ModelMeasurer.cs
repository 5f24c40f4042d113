using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// Measurements of models before publication. Recall is that of real listeners whom no training has seen. Coverage and drift are those of
/// probes, which like the popular tracks of one artist each: they need no personal data, so they can be compared at any time.
/// </summary>
public static class ModelMeasurer
{
    private const int Recommendations = 20;
    private const int MaxProbes = 200;
    private const int TracksPerProbe = 5;

    /// <summary>Measures a model.</summary>
    public static ModelMeasurements Measure(TrainedModel model, IReadOnlyList<HeldOutListener> heldOut, CancellationToken ct)
    {
        var recommender = new Recommender(model, new RankingOptions());
        var recommended = new HashSet<UInt128>();
        var most = 0;
        foreach (var probe in Probes(model.Tracks))
        {
            ct.ThrowIfCancellationRequested();
            recommended.UnionWith(Recommend(recommender, model.Tracks, probe));
            most += Recommendations;
        }

        return new ModelMeasurements(
            Recall(recommender, model.Tracks, heldOut, ct),
            heldOut.Count,
            most == 0 ? 0 : (double)recommended.Count / Math.Min(most, model.Tracks.Count));
    }

    /// <summary>Returns the share of recommendations that change if a model replaces the published one, 0 to 1.</summary>
    public static double Drift(TrainedModel model, TrainedModel published, CancellationToken ct)
    {
        var (now, before) = (new Recommender(model, new RankingOptions()), new Recommender(published, new RankingOptions()));
        var (same, all) = (0, 0);
        foreach (var probe in Probes(published.Tracks))
        {
            ct.ThrowIfCancellationRequested();
            var old = Recommend(before, published.Tracks, probe);
            all += old.Count;
            same += old.Intersect(Recommend(now, model.Tracks, probe)).Count();
        }

        return all == 0 ? 0 : 1 - (double)same / all;
    }

    private static double? Recall(
        Recommender recommender, TrackTable tracks, IReadOnlyList<HeldOutListener> heldOut, CancellationToken ct)
    {
        if (heldOut.Count == 0) return null;
        var sum = 0.0;
        foreach (var listener in heldOut)
        {
            ct.ThrowIfCancellationRequested();
            sum += (double)Recommend(recommender, tracks, listener.History).Intersect(listener.Targets).Count() / listener.Targets.Count;
        }

        return sum / heldOut.Count;
    }

    /// <summary>Returns histories of the most popular tracks of an artist each. The choice of artists depends on their ids only.</summary>
    private static IEnumerable<(UInt128 Track, float Weight)[]> Probes(TrackTable tracks)
    {
        // An odd factor mixes the ids, which need not be random.
        var mix = new UInt128(0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C835);
        return Enumerable.Range(0, tracks.ArtistCount).OrderBy(artist => tracks.ArtistId(artist) * mix).Take(MaxProbes)
            .Select(artist => tracks.ArtistTracks(artist)[..Math.Min(TracksPerProbe, tracks.ArtistTracks(artist).Length)].ToArray()
                .Select(row => (tracks.Id(row), 1f)).ToArray());
    }

    private static List<UInt128> Recommend(Recommender recommender, TrackTable tracks, IReadOnlyList<(UInt128 Track, float Weight)> history)
    {
        var known = new List<Preference>(history.Count);
        foreach (var (track, weight) in history)
            if (tracks.TryFind(track, out var row)) known.Add(new Preference(row, weight));
        var ranked = new RankedTrack[Recommendations];
        var count = recommender.Rank(known.ToArray(), ranked);
        return [.. ranked.Take(count).Select(track => tracks.Id(track.Row))];
    }
}
