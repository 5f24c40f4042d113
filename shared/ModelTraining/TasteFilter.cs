using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Tracks;

namespace Spotify.ModelTraining;

/// <summary>
/// The private sessions and the exclusions of a page of listeners, which must not influence a model. The rules are those of the taste:
/// <c>TasteRules</c> of the function taste-updater.
/// </summary>
internal sealed class TasteFilter
{
    private static readonly Statement Exclusions = new(
        """
        SELECT Listeners.ListenerId, TasteExclusions.Uri FROM Listeners
        JOIN TasteExclusions ON TasteExclusions.UserId = Listeners.UserId
        WHERE Listeners.ListenerId BETWEEN @first AND @last
        """,
        ("first", ColumnType.String), ("last", ColumnType.String));

    private static readonly Statement Sessions = new(
        """
        SELECT Listeners.ListenerId, PrivateSessions.StartedAt, PrivateSessions.EndsAt FROM Listeners
        JOIN PrivateSessions ON PrivateSessions.UserId = Listeners.UserId
        WHERE Listeners.ListenerId BETWEEN @first AND @last
        """,
        ("first", ColumnType.String), ("last", ColumnType.String));

    private readonly TrackTable tracks;
    private readonly HashSet<(int Listener, string Context)> contexts = [];
    private readonly HashSet<(int Listener, int Track)> excludedTracks = [];
    private readonly HashSet<(int Listener, int Album)> excludedAlbums = [];
    private readonly HashSet<(int Listener, int Artist)> excludedArtists = [];
    private readonly HashSet<int> excluding = [];
    private readonly Dictionary<int, List<(DateTimeOffset Start, DateTimeOffset End)>> sessions = [];

    private TasteFilter(TrackTable tracks) => this.tracks = tracks;

    /// <summary>Reads the rules of a page of listeners.</summary>
    public static async Task<TasteFilter> ReadAsync(IDatabase database, ListenerPage page, TrackTable tracks, CancellationToken ct)
    {
        var filter = new TasteFilter(tracks);
        await foreach (var row in database.QueryAsync(Exclusions, page.Range(), Staleness.Recent, ct))
            if (page.TryFind(row.String("ListenerId"), out var listener)) filter.Exclude(listener, row.String("Uri"));
        await foreach (var row in database.QueryAsync(Sessions, page.Range(), Staleness.Recent, ct))
        {
            if (!page.TryFind(row.String("ListenerId"), out var listener)) continue;
            if (!filter.sessions.TryGetValue(listener, out var list)) filter.sessions.Add(listener, list = []);
            list.Add((row.Timestamp("StartedAt"), row.Timestamp("EndsAt")));
        }

        return filter;
    }

    /// <summary>Returns whether a part of a play was in a private session.</summary>
    public bool IsPrivate(int listener, DateTimeOffset endedAt, long playedMs)
    {
        if (!sessions.TryGetValue(listener, out var list)) return false;
        var start = endedAt.AddMilliseconds(-Math.Clamp(playedMs, 0, TimeSpan.MillisecondsPerDay));
        return list.Exists(session => session.Start <= endedAt && session.End > start);
    }

    /// <summary>Returns whether a track, one of its artists, its album or the context is excluded.</summary>
    public bool IsExcluded(int listener, int track, string? context)
    {
        if (!excluding.Contains(listener)) return false;
        if (excludedTracks.Contains((listener, track)) || excludedAlbums.Contains((listener, tracks.Album(track)))) return true;
        foreach (var artist in tracks.Artists(track))
            if (excludedArtists.Contains((listener, artist))) return true;
        return context is not null && contexts.Contains((listener, context));
    }

    private void Exclude(int listener, string uri)
    {
        excluding.Add(listener);
        contexts.Add((listener, uri));
        if (!SpotifyUri.TryParse(uri, out var entity) || !SpotifyId.TryParse(entity.Id, out var id)) return;
        if (entity.Type == EntityType.Track && tracks.TryFind(id, out var track)) excludedTracks.Add((listener, track));
        if (entity.Type == EntityType.Album && tracks.TryFindAlbum(id, out var album)) excludedAlbums.Add((listener, album));
        if (entity.Type == EntityType.Artist && tracks.TryFindArtist(id, out var artist)) excludedArtists.Add((listener, artist));
    }
}
