using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;

namespace Spotify.Fixtures;

/// <summary>The data of a fan-out, and the check of its result. Shared by the test and the benchmark.</summary>
public static class FanOutData
{
    private const int PlaylistLength = 30;
    private const int MutationsPerCommit = 10_000;

    private static readonly string[] Countries = ["SE", "US", "IN", "BR", "JP"];

    private static readonly Table History = Schema.Current.Table("PlayHistory");

    private static readonly string Encodings = EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.Normal, 96, 1)]);

    private static readonly Statement Written = new(
        """
        SELECT Playlists.OwnerId, Playlists.Version, Users.Country, GeneratedPlaylists.Period, COUNT(*) AS Items,
          COUNT(DISTINCT PlaylistItems.PlayableId) AS Tracks
        FROM Playlists
        JOIN Users ON Users.UserId = Playlists.OwnerId
        JOIN GeneratedPlaylists ON GeneratedPlaylists.UserId = Playlists.OwnerId AND GeneratedPlaylists.Surface = Playlists.Surface
          AND GeneratedPlaylists.PlaylistId = Playlists.PlaylistId
        JOIN PlaylistItems ON PlaylistItems.PlaylistId = Playlists.PlaylistId
        WHERE Playlists.Surface = 'discover-weekly'
        GROUP BY Playlists.PlaylistId, Playlists.OwnerId, Playlists.Version, Users.Country, GeneratedPlaylists.Period
        """);

    private static readonly Statement All = new("SELECT COUNT(*) AS Playlists FROM Playlists WHERE Surface = 'discover-weekly'");

    /// <summary>Writes an album of playable tracks. Their popularity decreases.</summary>
    public static async Task WriteTracksAsync(IDatabase database, IReadOnlyList<string> ids)
    {
        var artist = new Artist(SpotifyId.FromName("artist"), "The Artist", ["pop"], 50, 0, null);
        ArtistCredit[] credits = [new(artist.Id, artist.Name)];
        var album = new Album(
            SpotifyId.FromName("album"), "album", "The Album", "2026", "", [], ["pop"], null, 50, MarketSet.Everywhere, null, credits, 0);
        await WriteAsync(database, [.. CatalogWriter.Write(artist), .. CatalogWriter.Write(album), .. ids.SelectMany(Track)]);

        IEnumerable<Mutation> Track(string id, int index) =>
        [
            .. CatalogWriter.Write(
                new Playable(
                    id, EntityType.Track, album.Id, 1, index + 1, $"Track {index}", 200_000, false, Math.Max(100 - index, 0),
                    new Rights(MarketSet.Everywhere, null, null), null, "2026", "", [], null, credits),
                album.Name),
            CatalogWriter.WriteAudio(id, SpotifyId.FromName("revision"), Encodings, 0, null),
        ];
    }

    /// <summary>Writes listeners of several time zones, whose plays are the only sign that they are active.</summary>
    /// <param name="database">The database.</param>
    /// <param name="count">The number of listeners.</param>
    /// <param name="playsOf">Returns the tracks that a listener has played, the last one first.</param>
    /// <param name="time">The clock of the fan-out.</param>
    public static Task WriteListenersAsync(IDatabase database, int count, Func<int, IEnumerable<string>> playsOf, TimeProvider time)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return WriteAsync(database, Enumerable.Range(0, count).SelectMany(Listener));

        IEnumerable<Mutation> Listener(int number)
        {
            var id = $"listener-{number}";
            return playsOf(number).Select((track, i) => Mutation.Insert(
                History,
                ("UserId", id), ("EventId", $"{i:x8}"), ("PlayedAt", now.AddHours(-1 - i)), ("Type", "track"), ("PlayableId", track),
                ("PlayedMs", 200_000L), ("EndReason", "completed"), ("Engagement", 1_000L), ("IsListed", true))).Prepend(
                new User(id, id, null, Countries[number % Countries.Length], Product.Premium, false, false, null, now).Insert());
        }
    }

    /// <summary>
    /// Checks that each of the listeners has exactly one playlist of the week with thirty different tracks, which was written once.
    /// </summary>
    /// <returns>The first problem; null if there is none.</returns>
    public static async Task<string?> ProblemAsync(IDatabase database, int listeners, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var owners = new HashSet<string>();
        await foreach (var row in database.QueryAsync(Written, Parameters.None, null, default))
        {
            var period = Surface.DiscoverWeekly.PeriodAt(now, TimeZones.Of(null, row.String("Country"))).Key;
            var owner = row.String("OwnerId");
            var found = (row.Int64("Version"), row.String("Period"), row.Int64("Items"), row.Int64("Tracks"));
            if (found != (1, period, PlaylistLength, PlaylistLength))
                return $"{owner} has a playlist of {found} (version, week, items, tracks)";
            if (!owners.Add(owner)) return $"{owner} has two playlists";
        }

        var playlists = (await database.QueryAsync(All, Parameters.None, null, default).SingleAsync()).Int64("Playlists");
        return owners.Count == listeners && playlists == listeners
            ? null
            : $"{owners.Count} of {listeners} listeners have a playlist, and there are {playlists} playlists";
    }

    private static async Task WriteAsync(IDatabase database, IEnumerable<Mutation> mutations)
    {
        foreach (var chunk in mutations.Chunk(MutationsPerCommit)) await database.CommitAsync(chunk, default);
    }
}
