using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.ModelTraining;
using Spotify.Local.Database;
using Spotify.Local.Objects;
using Spotify.Local.Warehouse;

namespace Spotify.Local.Tests.Training;

/// <summary>
/// A data directory with artists of a few tracks each, and listeners whose plays tests add. The tracks of artist "a" are "a1", "a2", …
/// </summary>
internal sealed class TrainingHome : IDisposable
{
    private static readonly WarehouseTable PlaysTable = WarehouseSchema.Current.Table("plays");
    private static readonly WarehouseTable ChangesTable = WarehouseSchema.Current.Table("library_changes");
    private static readonly WarehouseTable MarksTable = WarehouseSchema.Current.Table("play_marks");

    private readonly Dictionary<string, Playable> tracks = [];
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly List<Mutation> mutations = [];
    private readonly List<(WarehouseTable Table, WarehouseRow Row)> rows = [];
    private int events;

    /// <param name="end">The midnight after the newest event, to which ages are relative.</param>
    public TrainingHome(DateTimeOffset end)
    {
        (End, Clock) = (end, new ManualTimeProvider(end.AddHours(12)));
        Data = new DataDirectory(directory.FullName);
        Objects = new DirectoryObjectStore(Data.Objects);
        Database = new SqliteDatabase(Data.Database, Schema.Current);
        Warehouse = new SqliteWarehouse(Data.Warehouse, WarehouseSchema.Current, Objects);
    }

    /// <summary>The clock: noon of the day after the newest event.</summary>
    public ManualTimeProvider Clock { get; }

    public DataDirectory Data { get; }

    public DirectoryObjectStore Objects { get; }

    public SqliteDatabase Database { get; }

    public SqliteWarehouse Warehouse { get; }

    /// <summary>The midnight after the newest event, to which ages are relative.</summary>
    public DateTimeOffset End { get; }

    public void Dispose()
    {
        Database.Dispose();
        Warehouse.Dispose();
        directory.Delete(recursive: true);
    }

    public static string Listener(string name) => SpotifyId.FromName("listener:" + name);

    public string TrackId(string track) => tracks[track].Id;

    public string Uri(string track) => $"spotify:track:{TrackId(track)}";

    public string AlbumOf(string artist) => tracks[artist + "1"].ParentId;

    public string ArtistOf(string artist) => tracks[artist + "1"].Artists[0].Id;

    public UInt128 Number(string track) => SpotifyId.TryParse(TrackId(track), out var number) ? number : throw new ArgumentException(track);

    /// <summary>Adds an artist with an album of tracks.</summary>
    public void AddArtist(string name, int count = 3, params string[] genres)
    {
        var artist = TestCatalog.NewArtist(name, 10) with { Genres = genres };
        var album = TestCatalog.NewAlbum($"album of {name}", "album", "2020", artist) with { Genres = [] };
        mutations.AddRange([.. CatalogWriter.Write(artist), .. CatalogWriter.Write(album)]);
        for (var i = 1; i <= count; i++)
        {
            var track = TestCatalog.NewTrack(album, i, $"{name}{i}", artist);
            tracks.Add($"{name}{i}", track);
            mutations.AddRange(CatalogWriter.Write(track, album.Name, genres: genres));
        }
    }

    public void AddListener(string name, DateTimeOffset? suspectUntil = null, bool isRemoved = false)
    {
        mutations.Add(new User(name, name, null, "SE", Product.Premium, false, false, null, End).Insert());
        mutations.Add(Mutation.Insert(
            Schema.Current.Table("Listeners"), ("UserId", name), ("ListenerId", Listener(name)), ("SuspectUntil", suspectUntil)));
        if (isRemoved) Add("AccountRemovals", ("UserId", name), ("RequestedAt", End), ("DueAt", End));
    }

    /// <summary>Adds a row to a table of the database.</summary>
    public void Add(string table, params (string Column, object? Value)[] values) =>
        mutations.Add(Mutation.Insert(Schema.Current.Table(table), values));

    public void Save(string listener, string type, string id) =>
        Add("LibraryItems", ("UserId", listener), ("Type", type), ("ItemId", id), ("AddedAt", End));

    public void Exclude(string listener, string uri) => Add("TasteExclusions", ("UserId", listener), ("Uri", uri), ("AddedAt", End));

    public void AddPlaylist(string name, bool isPublic, params string[] items)
    {
        var id = SpotifyId.FromName("playlist:" + name);
        Add(
            "Playlists", ("PlaylistId", id), ("OwnerId", "ada"), ("Name", name), ("Description", ""), ("Public", isPublic),
            ("Collaborative", false), ("Version", 1), ("Items", items.Length), ("CreatedAt", End), ("UpdatedAt", End));
        for (var i = 0; i < items.Length; i++)
            Add(
                "PlaylistItems", ("PlaylistId", id), ("OrderKey", $"a{i:0000}"), ("Type", "track"), ("PlayableId", TrackId(items[i])),
                ("AddedAt", End), ("AddedBy", "ada"));
    }

    /// <summary>Adds a play that ended at <see cref="End"/> minus an age.</summary>
    public void Play(
        string listener, string track, double ageDays = 0, double seconds = 200, bool isPrivate = false, string? context = null,
        bool isMarked = false, string? id = null)
    {
        var (at, eventId, playedMs) = (End.AddDays(-ageDays).AddMilliseconds(-1), $"event-{++events}", (long)(seconds * 1000));
        var reason = seconds >= 200 ? EndReason.Completed : EndReason.Skipped;
        rows.Add((PlaysTable, PlaysTable.Row(
            at,
            ("event_id", eventId), ("listener_id", Listener(listener)), ("market", "SE"), ("type", "track"),
            ("playable_id", id ?? TrackId(track)), ("ended_at", at), ("received_at", at), ("played_ms", playedMs),
            ("duration_ms", 200_000L),
            ("end_reason", reason.ToString().ToLowerInvariant()), ("engagement", (long)Engagement.Of(reason, playedMs, 200_000)),
            ("context_uri", context), ("is_private", isPrivate))));
        if (isMarked)
            rows.Add((MarksTable, MarksTable.Row(
                at, ("event_id", eventId), ("listener_id", Listener(listener)), ("rule", "test"), ("marked_at", at))));
    }

    public void AddToPlaylist(string listener, string track, string? playlist = null) => rows.Add((ChangesTable, ChangesTable.Row(
        End.AddMilliseconds(-1),
        ("event_id", $"change-{++events}"), ("listener_id", Listener(listener)), ("market", "SE"), ("kind", "added_to_playlist"),
        ("item_type", "track"), ("item_id", TrackId(track)), ("playlist_uri", playlist), ("changed_at", End.AddMilliseconds(-1)),
        ("received_at", End))));

    /// <summary>Adds four artists, and eight listeners who play tracks of two of them.</summary>
    public void AddListening()
    {
        foreach (var artist in (string[])["a", "b", "c", "d"]) AddArtist(artist, 4, $"genre of {artist}");
        AddListener("ada");
        for (var i = 0; i < 8; i++)
        {
            AddListener($"listener {i}");
            for (var track = 1; track <= 4; track++)
                Play($"listener {i}", $"{"abcd"[(i + (track / 4)) % 4]}{track}", ageDays: track);
        }

        AddPlaylist("Both", true, "a1", "b1", "c1");
    }

    /// <summary>Writes what was added.</summary>
    public async Task FlushAsync()
    {
        foreach (var part in mutations.Chunk(1000)) await Database.CommitAsync(part, default);
        foreach (var table in rows.GroupBy(row => row.Table))
            await Warehouse.AppendAsync(table.Key, [.. table.Select(row => row.Row)], default);
        mutations.Clear();
        rows.Clear();
    }

    /// <summary>Writes what was added, and reads the input of a training.</summary>
    public async Task<TrainingInput> ReadAsync(TrainingReaderOptions? options = null)
    {
        await FlushAsync();
        return await new TrainingReader(Database, Warehouse, Objects, options ?? new(), Clock).ReadAsync(null, default);
    }

    /// <summary>Returns the weights of each listener, by the name of the track, as text. Listeners are in the order of their ids.</summary>
    public IEnumerable<string> Describe(TrainingInput input)
    {
        var names = tracks.ToDictionary(track => Number(track.Key), track => track.Key);
        var interactions = input.Data.Interactions;
        for (var row = 0; row < interactions.RowCount; row++)
        {
            var (columns, weights) = (interactions.Columns(row).ToArray(), interactions.Weights(row).ToArray());
            yield return string.Join(' ', columns.Zip(weights)
                .Select(one => FormattableString.Invariant($"{names[input.Data.Tracks.Id(one.First)]}:{one.Second:0.###}")).Order());
        }
    }
}
