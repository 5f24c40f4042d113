using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Catalog;

/// <summary>A page of a list, and the length of the whole list.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);

/// <summary>
/// A reader of catalog entities. Methods that take ids accept up to <see cref="MaxIds"/> and return the entities that exist; missing ones
/// are not an error. Reads may be up to <see cref="Staleness.Recent"/> old, because catalog rows rarely change.
/// </summary>
public sealed class CatalogReader(IDatabase database)
{
    /// <summary>The maximum number of ids in a call.</summary>
    public const int MaxIds = 100;

    /// <summary>The maximum length of a list of albums that is counted.</summary>
    public const int MaxTotal = 10_000;

    private const string PlayableColumns = """
        Playables.PlayableId, Playables.Type, Playables.ParentId, Playables.DiscNumber, Playables.Number, Playables.Name,
        Playables.DurationMs, Playables.Explicit, Playables.Popularity, Playables.Markets, Playables.AvailableFrom,
        Playables.AvailableUntil, Playables.Isrc, Playables.ReleaseDate, Playables.Description, Playables.Languages, Playables.ImageId,
        Artists.ArtistId, Artists.Name AS ArtistName
        """;

    // Each row has the playable and one of its artists, or no artist.
    private const string ArtistsOfPlayables = """
        LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId
        LEFT JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        """;

    // Followers are those the artist was imported with plus the users who follow the artist.
    private static readonly Statement ArtistsById = ByIds($$"""
        SELECT Artists.ArtistId, Artists.Name, Artists.Genres, Artists.Popularity, Artists.ImageId,
          Artists.Followers + {{FollowerCounts.SumSql(EntityType.Artist, "Artists.ArtistId")}} AS Followers
        FROM Artists WHERE Artists.ArtistId IN ({0})
        """);

    // Each row has the album and one of its artists, or no artist.
    private static readonly Statement AlbumsById = ByIds("""
        SELECT Albums.AlbumId, Albums.AlbumType, Albums.Name, Albums.ReleaseDate, Albums.Label, Albums.Copyrights, Albums.Genres,
          Albums.Upc, Albums.Popularity, Albums.Markets, Albums.ImageId, Artists.ArtistId, Artists.Name AS ArtistName
        FROM Albums
        LEFT JOIN AlbumArtists ON AlbumArtists.AlbumId = Albums.AlbumId
        LEFT JOIN Artists ON Artists.ArtistId = AlbumArtists.ArtistId
        WHERE Albums.AlbumId IN ({0}) ORDER BY Albums.AlbumId, AlbumArtists.Position
        """);

    private static readonly Statement ShowsById = ByIds("""
        SELECT ShowId, Name, Publisher, Description, Languages, Copyrights, Explicit, Popularity, Markets, ImageId
        FROM Shows WHERE ShowId IN ({0})
        """);

    private static readonly Statement AudiobooksById = ByIds("""
        SELECT AudiobookId, Name, Authors, Narrators, Publisher, Description, Edition, Languages, Copyrights, Explicit, Popularity,
          Markets, ImageId
        FROM Audiobooks WHERE AudiobookId IN ({0})
        """);

    private static readonly Statement CountsByParent = ByIds(
        "SELECT ParentId AS Id, COUNT(*) AS Total FROM Playables WHERE ParentId IN ({0}) GROUP BY ParentId");

    private static readonly Statement PlayablesById = ByIds($$"""
        SELECT {{PlayableColumns}} FROM Playables {{ArtistsOfPlayables}}
        WHERE Playables.PlayableId IN ({0}) ORDER BY Playables.PlayableId, Credits.Position
        """);

    private static readonly Statement PageOfParent = PagesOf(1, "");

    private static readonly Statement LatestOfParent = PagesOf(1, " DESC");

    private static readonly Statement PagesOfFewParents = PagesOf(ParentPages.Few, "");

    private static readonly Statement PagesOfParents = PagesOf(ParentPages.Max, "");

    private static readonly Statement TopTracksOfArtist = new(
        $"""
        SELECT {PlayableColumns}
        FROM (
          SELECT PlayableId FROM Credits WHERE ArtistId = @artist AND (Markets = '*' OR Markets LIKE @market)
          ORDER BY Popularity DESC, PlayableId LIMIT @limit
        ) Ranked
        JOIN Playables ON Playables.PlayableId = Ranked.PlayableId {ArtistsOfPlayables}
        ORDER BY Playables.Popularity DESC, Playables.PlayableId, Credits.Position
        """,
        ("artist", ColumnType.String), ("market", ColumnType.String), ("limit", ColumnType.Int64));

    private const string Discography = """
        FROM ArtistAlbums
        WHERE ArtistId = @artist AND AlbumGroup IN (@group0, @group1, @group2, @group3) AND (Markets = '*' OR Markets LIKE @market)
        """;

    private static readonly Statement AlbumsOfArtist = new(
        $"SELECT AlbumId, AlbumGroup {Discography} ORDER BY AlbumGroup, ReleaseDate DESC, AlbumId LIMIT @limit OFFSET @offset",
        [("artist", ColumnType.String), ("market", ColumnType.String), .. Statement.ListParameters("group", 4, ColumnType.Int64),
            ("limit", ColumnType.Int64), ("offset", ColumnType.Int64)]);

    // A limit, because the number depends on the market and so cannot be stored, and artists such as "Various Artists" have no end.
    private static readonly Statement CountAlbumsOfArtist = new(
        $"SELECT COUNT(*) AS Total FROM (SELECT AlbumId {Discography} LIMIT @limit)",
        [("artist", ColumnType.String), ("market", ColumnType.String), .. Statement.ListParameters("group", 4, ColumnType.Int64),
            ("limit", ColumnType.Int64)]);

    /// <summary>Returns artists by id.</summary>
    public Task<Dictionary<string, Artist>> ArtistsAsync(IReadOnlyCollection<string> ids, CancellationToken ct) =>
        ByIdAsync(ArtistsById, ids, "ArtistId", row => new Artist(
            Id: row.String("ArtistId"),
            Name: row.String("Name"),
            Genres: Lines(row.String("Genres")),
            Popularity: row.Int32("Popularity"),
            Followers: row.Int64("Followers"),
            ImageId: row.StringOrNull("ImageId")), ct);

    /// <summary>Returns albums by id.</summary>
    public async Task<Dictionary<string, Album>> AlbumsAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var totals = TotalsAsync(ids, ct);
        var parameters = new Parameters().AddList("id", [.. ids], MaxIds);
        var rows = await database.QueryAsync(AlbumsById, parameters, Staleness.Recent, ct).ToListAsync(ct);
        var totalTracks = await totals;
        return WithArtists(rows, "AlbumId", (row, artists) => new Album(
            Id: row.String("AlbumId"),
            AlbumType: row.String("AlbumType"),
            Name: row.String("Name"),
            ReleaseDate: row.String("ReleaseDate"),
            Label: row.String("Label"),
            Copyrights: Lines(row.String("Copyrights")),
            Genres: Lines(row.String("Genres")),
            Upc: row.StringOrNull("Upc"),
            Popularity: row.Int32("Popularity"),
            Markets: new MarketSet(row.String("Markets")),
            ImageId: row.StringOrNull("ImageId"),
            Artists: artists,
            TotalTracks: totalTracks.GetValueOrDefault(row.String("AlbumId")))).ToDictionary(album => album.Id, StringComparer.Ordinal);
    }

    /// <summary>Returns shows by id.</summary>
    public async Task<Dictionary<string, Show>> ShowsAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        var totals = TotalsAsync(ids, ct);
        var shows = await ByIdAsync(ShowsById, ids, "ShowId", row => new Show(
            Id: row.String("ShowId"),
            Name: row.String("Name"),
            Publisher: row.String("Publisher"),
            Description: row.String("Description"),
            Languages: Lines(row.String("Languages")),
            Copyrights: Lines(row.String("Copyrights")),
            Explicit: row.Bool("Explicit"),
            Popularity: row.Int32("Popularity"),
            Markets: new MarketSet(row.String("Markets")),
            ImageId: row.StringOrNull("ImageId"),
            TotalEpisodes: 0), ct);
        foreach (var (id, total) in await totals)
            if (shows.TryGetValue(id, out var show)) shows[id] = show with { TotalEpisodes = total };
        return shows;
    }

    /// <summary>Returns audiobooks by id.</summary>
    public async Task<Dictionary<string, Audiobook>> AudiobooksAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        var totals = TotalsAsync(ids, ct);
        var books = await ByIdAsync(AudiobooksById, ids, "AudiobookId", row => new Audiobook(
            Id: row.String("AudiobookId"),
            Name: row.String("Name"),
            Authors: Lines(row.String("Authors")),
            Narrators: Lines(row.String("Narrators")),
            Publisher: row.String("Publisher"),
            Description: row.String("Description"),
            Edition: row.String("Edition"),
            Languages: Lines(row.String("Languages")),
            Copyrights: Lines(row.String("Copyrights")),
            Explicit: row.Bool("Explicit"),
            Popularity: row.Int32("Popularity"),
            Markets: new MarketSet(row.String("Markets")),
            ImageId: row.StringOrNull("ImageId"),
            TotalChapters: 0), ct);
        foreach (var (id, total) in await totals)
            if (books.TryGetValue(id, out var book)) books[id] = book with { TotalChapters = total };
        return books;
    }

    /// <summary>Returns tracks, episodes and chapters by id.</summary>
    public async Task<Dictionary<string, Playable>> PlayablesAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var parameters = new Parameters().AddList("id", [.. ids], MaxIds);
        var rows = await database.QueryAsync(PlayablesById, parameters, Staleness.Recent, ct).ToListAsync(ct);
        return PlayablesOf(rows).ToDictionary(playable => playable.Id, StringComparer.Ordinal);
    }

    /// <summary>
    /// Returns a page of the tracks, episodes or chapters of each of up to 50 albums, shows or audiobooks, in order. Grouped by the id of
    /// the album, show or audiobook.
    /// </summary>
    public async Task<ILookup<string, Playable>> PlayablesOfAsync(
        IReadOnlyCollection<string> parentIds, int offset, int limit, CancellationToken ct)
    {
        var statement = ParentPages.CountFor(parentIds.Count) switch
        {
            1 => PageOfParent,
            ParentPages.Few => PagesOfFewParents,
            _ => PagesOfParents,
        };
        var playables = parentIds.Count == 0 ? [] : await PagesAsync(statement, parentIds, offset, limit, ct);
        return playables.ToLookup(playable => playable.ParentId, StringComparer.Ordinal);
    }

    /// <summary>Returns a page of the episodes of a show, the latest first.</summary>
    public Task<List<Playable>> LatestOfAsync(string parentId, int offset, int limit, CancellationToken ct) =>
        PagesAsync(LatestOfParent, [parentId], offset, limit, ct);

    /// <summary>Returns an artist's tracks that are available in a market, the most popular first.</summary>
    public async Task<List<Playable>> TopTracksAsync(string artistId, string? market, int limit, CancellationToken ct)
    {
        var parameters = new Parameters { { "artist", artistId }, { "market", MarketPattern(market) }, { "limit", limit } };
        return [.. PlayablesOf(await database.QueryAsync(TopTracksOfArtist, parameters, Staleness.Recent, ct).ToListAsync(ct))];
    }

    /// <summary>
    /// Returns a page of an artist's albums in the given groups that are available in a market, ordered by group and then from the newest
    /// to the oldest. The total is at most <see cref="MaxTotal"/>.
    /// </summary>
    public async Task<Page<(string AlbumId, AlbumGroup Group)>> AlbumsOfAsync(
        string artistId, IReadOnlyList<AlbumGroup> groups, string? market, int offset, int limit, CancellationToken ct)
    {
        var total = database.QueryAsync(CountAlbumsOfArtist, Filter(MaxTotal), Staleness.Recent, ct).SingleAsync(ct);
        var page = Filter(limit);
        page.Add("offset", offset);
        var albums = await database.QueryAsync(AlbumsOfArtist, page, Staleness.Recent, ct)
            .Select(row => (row.String("AlbumId"), (AlbumGroup)row.Int32("AlbumGroup")))
            .ToListAsync(ct);
        return new(albums, (await total).Int32("Total"));

        Parameters Filter(int rows)
        {
            var parameters = new Parameters { { "artist", artistId }, { "market", MarketPattern(market) }, { "limit", rows } };
            for (var i = 0; i < 4; i++) parameters.Add($"group{i}", (int)groups[i < groups.Count ? i : 0]);
            return parameters;
        }
    }

    private static Statement ByIds(string format) => new(
        format.Replace("{0}", Statement.List("id", MaxIds), StringComparison.Ordinal),
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private static Statement PagesOf(int parents, string direction) => new(
        $"""
        SELECT {PlayableColumns} FROM ({ParentPages.Sql(parents, direction)}) Paged
        JOIN Playables ON Playables.PlayableId = Paged.PlayableId {ArtistsOfPlayables}
        ORDER BY Playables.ParentId, Playables.DiscNumber{direction}, Playables.Number{direction}, Playables.PlayableId{direction},
          Credits.Position
        """,
        [.. ParentPages.Parameters(parents)]);

    private static string MarketPattern(string? market) => market is null ? "%" : $"%{market}%";

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');

    private async Task<Dictionary<string, T>> ByIdAsync<T>(
        Statement statement, IReadOnlyCollection<string> ids, string key, Func<Row, T> read, CancellationToken ct)
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        if (ids.Count == 0) return found;
        await foreach (var row in database.QueryAsync(statement, new Parameters().AddList("id", [.. ids], MaxIds), Staleness.Recent, ct))
            found[row.String(key)] = read(row);
        return found;
    }

    private async Task<Dictionary<string, int>> TotalsAsync(IReadOnlyCollection<string> ids, CancellationToken ct) =>
        await ByIdAsync(CountsByParent, ids, "Id", row => row.Int32("Total"), ct);

    private async Task<List<Playable>> PagesAsync(
        Statement statement, IReadOnlyCollection<string> parentIds, int offset, int limit, CancellationToken ct)
    {
        var parameters = ParentPages.Values(parentIds, offset, limit);
        return [.. PlayablesOf(await database.QueryAsync(statement, parameters, Staleness.Recent, ct).ToListAsync(ct))];
    }

    private static IEnumerable<Playable> PlayablesOf(IEnumerable<Row> rows) => WithArtists(rows, "PlayableId", Playable);

    private static Playable Playable(Row row, IReadOnlyList<ArtistCredit> artists) => new(
        Id: row.String("PlayableId"),
        Type: SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Track,
        ParentId: row.String("ParentId"),
        DiscNumber: row.Int32("DiscNumber"),
        Number: row.Int32("Number"),
        Name: row.String("Name"),
        DurationMs: row.Int32("DurationMs"),
        Explicit: row.Bool("Explicit"),
        Popularity: row.Int32("Popularity"),
        Rights: new Rights(
            new MarketSet(row.String("Markets")), row.TimestampOrNull("AvailableFrom"), row.TimestampOrNull("AvailableUntil")),
        Isrc: row.StringOrNull("Isrc"),
        ReleaseDate: row.String("ReleaseDate"),
        Description: row.String("Description"),
        Languages: Lines(row.String("Languages")),
        ImageId: row.StringOrNull("ImageId"),
        Artists: artists);

    /// <summary>Returns the entities of rows that have one artist each, in the order of the rows.</summary>
    private static IEnumerable<T> WithArtists<T>(IEnumerable<Row> rows, string key, Func<Row, IReadOnlyList<ArtistCredit>, T> read) =>
        rows.GroupBy(row => row.String(key), StringComparer.Ordinal).Select(group => read(
            group.First(),
            [
                .. group.Where(row => !row.IsNull("ArtistId"))
                    .Select(row => new ArtistCredit(row.String("ArtistId"), row.String("ArtistName"))),
            ]));
}
