using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>The tracks that a listener likes most.</summary>
internal static class LikedTracks
{
    /// <summary>The largest number of tracks: those with the greatest weights.</summary>
    public const int Most = 200;

    /// <summary>
    /// Returns the liked tracks that the listener has not hidden, those with the greatest weights first. The weights of a repeated track
    /// are added up, as in training.
    /// </summary>
    public static List<LikedTrack> Of(ListenerInput listener)
    {
        var hidden = listener.ExcludedTracks.ToArray().ToHashSet();
        return
        [
            .. Weights(listener)
                .Where(track => track.Value > 0 && !hidden.Contains(track.Key))
                .OrderByDescending(track => track.Value).ThenBy(track => track.Key)
                .Take(Most)
                .Select(track => new LikedTrack(track.Key, track.Value)),
        ];
    }

    /// <summary>Returns the tracks that the listener has skipped more than played, or hidden.</summary>
    public static HashSet<UInt128> DislikedBy(ListenerInput listener) =>
    [
        .. listener.ExcludedTracks.Span,
        .. Weights(listener).Where(track => track.Value < 0).Select(track => track.Key),
    ];

    private static Dictionary<UInt128, float> Weights(ListenerInput listener)
    {
        var weights = new Dictionary<UInt128, float>();
        foreach (var play in listener.Plays.Span) weights[play.TrackId] = weights.GetValueOrDefault(play.TrackId) + play.Weight;
        return weights;
    }
}
