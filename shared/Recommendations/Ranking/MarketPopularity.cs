using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The popularity of tracks in a listener's market, in all, and at this time of the day. Used again for the next listener, so that nothing
/// is allocated.
/// </summary>
/// <param name="model">The model.</param>
internal sealed class MarketPopularity(TrainedModel model)
{
    private const int Scale = 1 << 16;

    private readonly RowMap inMarket = new();
    private readonly RowMap atThisTime = new();
    private int listsOf = -1;
    private int part = -1;

    /// <summary>Returns the tracks of the listener's market (of all markets if it has none), the most played first.</summary>
    public ReadOnlySpan<int> Tracks => model.Popular.Find(listsOf, null).Tracks;

    /// <summary>As <see cref="Tracks"/>, at this time of the day.</summary>
    public ReadOnlySpan<int> TracksNow => model.Popular.Find(listsOf, part).Tracks;

    /// <summary>Takes the lists of the next listener's market.</summary>
    public void Load(ListenerProfile profile)
    {
        var present = PopularTracks.PartOfDay(profile.Now);
        var known = profile.Market >= 0 && model.Popular.Find(profile.Market, null).Tracks.Length > 0;
        var market = known ? profile.Market : PopularTracks.World;
        if ((market, present) == (listsOf, part)) return;
        (listsOf, part) = (market, present);
        Load(inMarket, model.Popular.Find(listsOf, null));
        Load(atThisTime, model.Popular.Find(listsOf, part));
    }

    /// <summary>Returns the popularity of a track, from 0 to 1.</summary>
    public float Of(int row) =>
        (0.5f * model.Tracks.Popularity(row)) + (0.3f * inMarket[row] / Scale) + (0.2f * atThisTime[row] / Scale);

    /// <summary>
    /// Returns the market in whose list of popular tracks a track is, or <see cref="PopularTracks.World"/>; null if in none.
    /// </summary>
    public int? MarketOf(int row) => inMarket.Contains(row) ? listsOf : null;

    private static void Load(RowMap map, PopularList list)
    {
        map.Clear();
        for (var i = 0; i < list.Tracks.Length; i++) map.TryAdd(list.Tracks[i], (int)(list.Scores[i] * Scale));
    }
}
