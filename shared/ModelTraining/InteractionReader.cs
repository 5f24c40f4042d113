using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Tracks;

namespace Spotify.ModelTraining;

/// <summary>A signal of a listener's preference for a track.</summary>
/// <param name="Listener">The listener's number on the page.</param>
/// <param name="Track">The track's row.</param>
/// <param name="Weight">The weight: positive for preference, negative for an early skip.</param>
/// <param name="At">The time, in microseconds since 1970.</param>
internal readonly record struct Signal(int Listener, int Track, float Weight, long At);

/// <summary>A reader of the signals of a page of listeners: valid plays, additions to playlists, and the items of the library.</summary>
internal sealed class InteractionReader(
    IDatabase database, IWarehouse warehouse, IObjectStore objects, TrackTable tracks, TrainingPeriod period, TrainingReaderOptions options)
{
    private static readonly WarehouseStatement Plays = new(
        """
        SELECT listener_id, playable_id, market, ended_at, played_ms, engagement, context_uri FROM valid_plays
        WHERE date BETWEEN @from AND @to AND listener_id BETWEEN @first AND @last AND type = 'track' AND NOT is_private
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date), ("first", ColumnType.String), ("last", ColumnType.String));

    private static readonly WarehouseStatement PlaylistAdds = new(
        """
        SELECT listener_id, item_id, changed_at, playlist_uri FROM library_changes_once
        WHERE date BETWEEN @from AND @to AND listener_id BETWEEN @first AND @last AND kind = 'added_to_playlist'
          AND item_type = 'track'
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date), ("first", ColumnType.String), ("last", ColumnType.String));

    private static readonly WarehouseExport PlaysExport = new(
        Plays,
        ("listener_id", ColumnType.String), ("playable_id", ColumnType.String), ("market", ColumnType.String),
        ("ended_at", ColumnType.Timestamp), ("played_ms", ColumnType.Int64), ("engagement", ColumnType.Int64),
        ("context_uri", ColumnType.String));

    private static readonly WarehouseExport PlaylistAddsExport = new(
        PlaylistAdds,
        ("listener_id", ColumnType.String), ("item_id", ColumnType.String), ("changed_at", ColumnType.Timestamp),
        ("playlist_uri", ColumnType.String));

    private static readonly Statement Saves = new(
        """
        SELECT Listeners.ListenerId, LibraryItems.Type, LibraryItems.ItemId, LibraryItems.AddedAt FROM Listeners
        JOIN LibraryItems ON LibraryItems.UserId = Listeners.UserId
        WHERE Listeners.ListenerId BETWEEN @first AND @last AND LibraryItems.Type IN ('track', 'album')
        """,
        ("first", ColumnType.String), ("last", ColumnType.String));

    private readonly AlbumTracks albums = new(tracks);

    /// <summary>The most played tracks of each market.</summary>
    public PopularTracksBuilder Popular { get; } = new();

    /// <summary>Returns the signals of a page of listeners, in no particular order.</summary>
    public async Task<List<Signal>> ReadAsync(ListenerPage page, CancellationToken ct)
    {
        var signals = new List<Signal>();
        var filter = await TasteFilter.ReadAsync(database, page, tracks, ct);
        await foreach (var row in ExportAsync(PlaysExport, page, ct))
        {
            if (!TryFind(row.String("playable_id"), out var track) || !page.TryFind(row.String("listener_id"), out var listener)) continue;
            var (engagement, at) = (row.Int64("engagement"), row.Timestamp("ended_at"));
            if (engagement == 0 || filter.IsPrivate(listener, at, row.Int64("played_ms"))) continue;
            var weight = engagement / 1000.0 * period.Decay(at);
            Add(listener, track, weight, at, row.StringOrNull("context_uri"));
            Popular.Add(track, row.String("market"), at, weight);
        }

        await foreach (var row in ExportAsync(PlaylistAddsExport, page, ct))
        {
            if (!TryFind(row.String("item_id"), out var track) || !page.TryFind(row.String("listener_id"), out var listener)) continue;
            var at = row.Timestamp("changed_at");
            Add(listener, track, options.PlaylistAdd * period.Decay(at), at, row.StringOrNull("playlist_uri"));
        }

        await foreach (var row in database.QueryAsync(Saves, page.Range(), Staleness.Recent, ct))
        {
            if (!page.TryFind(row.String("ListenerId"), out var listener)) continue;
            if (!SpotifyId.TryParse(row.String("ItemId"), out var id)) continue;
            var at = row.Timestamp("AddedAt");
            if (row.String("Type") == "album")
            {
                if (!tracks.TryFindAlbum(id, out var album)) continue;
                foreach (var track in albums.Of(album)) Add(listener, track, options.SavedAlbum, at, null);
            }
            else if (tracks.TryFind(id, out var track))
            {
                Add(listener, track, options.SavedTrack, at, null);
            }
        }

        return signals;

        void Add(int listener, int track, double weight, DateTimeOffset at, string? context)
        {
            if (!filter.IsExcluded(listener, track, context))
                signals.Add(new Signal(listener, track, (float)weight, Instant.ToMicroseconds(at)));
        }
    }

    private bool TryFind(string id, out int track)
    {
        track = -1;
        return SpotifyId.TryParse(id, out var number) && tracks.TryFind(number, out track);
    }

    private IAsyncEnumerable<Row> ExportAsync(WarehouseExport export, ListenerPage page, CancellationToken ct)
    {
        var parameters = period.Parameters();
        foreach (var (name, value) in page.Range()) parameters.Add(name, value);
        return export.ReadAsync(warehouse, objects, parameters, TrainingReader.ExportFolder, ct);
    }

    /// <summary>The rows of the tracks of each album.</summary>
    private sealed class AlbumTracks
    {
        private readonly int[] starts;
        private readonly int[] rows;

        public AlbumTracks(TrackTable tracks)
        {
            starts = new int[tracks.AlbumCount + 1];
            var albums = tracks.Columns.Albums.Span;
            foreach (var album in albums)
                if (album >= 0) starts[album + 1]++;
            for (var album = 0; album < tracks.AlbumCount; album++) starts[album + 1] += starts[album];
            rows = new int[starts[^1]];
            var next = starts[..^1];
            for (var row = 0; row < albums.Length; row++)
                if (albums[row] >= 0) rows[next[albums[row]]++] = row;
        }

        public ReadOnlySpan<int> Of(int album) => rows.AsSpan(starts[album]..starts[album + 1]);
    }
}
