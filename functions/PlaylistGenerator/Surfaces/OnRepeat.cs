using Spotify.Domain.Playlists;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>
/// The generator of On Repeat: the tracks that the listener has played most in the last 30 days. A skip takes back a play. Needs no model.
/// </summary>
internal sealed class OnRepeat(TrackCredits credits) : ISurfaceGenerator
{
    // A track that was played once is not on repeat, and a handful of tracks is no playlist.
    private const int MinPlays = 2;
    private const int MinTracks = 5;

    // Some may not be playable any more.
    private const int Candidates = 45;

    private static readonly GeneratedItem[] None = [];

    /// <inheritdoc/>
    public IReadOnlyList<Surface> Surfaces { get; } = [Surface.OnRepeat];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GeneratedList>> GenerateAsync(SurfaceRequest request, CancellationToken ct)
    {
        var played = request.Listeners.Select(listener => (listener.History, Tracks: MostPlayed(listener.History))).ToList();
        var known = await credits.ReadAsync(played.SelectMany(one => one.Tracks), ct);
        return
        [
            .. played.Select(one => new GeneratedList(
                one.History.UserId,
                Surface.OnRepeat,
                Surface.OnRepeat.Name,
                "The songs that you play over and over at the moment.",
                Items(one.Tracks.Where(track => known.TryGetValue(track, out var credit) && !credit.IsHiddenFor(one.History.Input))))),
        ];
    }

    private static IReadOnlyList<UInt128> MostPlayed(ListenerHistory listener)
    {
        var hidden = listener.Input.ExcludedTracks.ToArray().ToHashSet();
        return
        [
            .. listener.Plays
                .Where(play => play.RecentPlays - play.RecentSkips >= MinPlays && !hidden.Contains(play.Track))
                .OrderByDescending(play => play.RecentPlays - play.RecentSkips)
                .ThenByDescending(play => play.LastPlayedAt)
                .ThenBy(play => play.Track)
                .Take(Candidates)
                .Select(play => play.Track),
        ];
    }

    private static IReadOnlyList<GeneratedItem> Items(IEnumerable<UInt128> tracks) =>
        tracks.Select(track => new GeneratedItem(track, new PickReason(PickKind.Played))).ToList() is { Count: >= MinTracks } items
            ? items
            : None;
}
