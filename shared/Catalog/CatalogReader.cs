using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Catalog;

/// <summary>A page of a list, and the length of the whole list.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);

/// <summary>
/// A reader of catalog entities. Methods that take ids accept up to <see cref="MaxIds"/> and return the entities that exist; missing ones
/// are not an error. Reads may be up to <see cref="Staleness"/> old, because catalog rows rarely change.
/// </summary>
public sealed class CatalogReader(IDatabase database)
{
    /// <summary>The maximum number of ids in a call.</summary>
    public const int MaxIds = 50;

    /// <summary>The maximum age of the data that is read.</summary>
    public static readonly Staleness Staleness = new(TimeSpan.FromSeconds(10));

    // Followers are those the artist was imported with plus the users who follow the artist.
    private static readonly Statement ArtistsById = ByIds("""
        SELECT Artists.ArtistId, Artists.Name, Artists.Genres, Artists.Popularity, Artists.ImageId,
          Artists.Followers + COALESCE((
            SELECT SUM(FollowerCounts.Followers) FROM FollowerCounts
            WHERE FollowerCounts.Type = 'artist' AND FollowerCounts.TargetId = Artists.ArtistId), 0) AS Followers
        FROM Artists WHERE Artists.ArtistId IN ({0})
        """);

    private static readonly Statement AlbumsById = ByIds("""
        SELECT AlbumId, AlbumType, Name, ReleaseDate, Label, Copyrights, Genres, Upc, Popularity, Markets, ImageId
        FROM Albums WHERE AlbumId IN ({0})
        """);

    private static readonly Statement ArtistsOfAlbums = ByIds("""
        SELECT AlbumArtists.AlbumId AS Id, Artists.ArtistId, Artists.Name
        FROM AlbumArtists JOIN Artists ON Artists.ArtistId = AlbumArtists.ArtistId
        WHERE AlbumArtists.AlbumId IN ({0}) ORDER BY AlbumArtists.AlbumId, AlbumArtists.Position
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

    private static readonly Statement PlayablesById = ByIds($$"""SELECT {{PlayableColumns}} FROM Playables WHERE PlayableId IN ({0})""");

    private static readonly Statement ArtistsOfPlayables = ByIds("""
        SELECT Credits.PlayableId AS Id, Artists.ArtistId, Artists.Name
        FROM Credits JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        WHERE Credits.PlayableId IN ({0}) ORDER BY Credits.PlayableId, Credits.Position
        """);

    private static readonly Statement PlayablesOfParent = new(
        $"""
        SELECT {PlayableColumns} FROM Playables WHERE ParentId = @parent
        ORDER BY DiscNumber, Number, PlayableId LIMIT @limit OFFSET @offset
        """,
        ("parent", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    private static readonly Statement LatestOfParent = new(
        $"""
        SELECT {PlayableColumns} FROM Playables WHERE ParentId = @parent
        ORDER BY DiscNumber DESC, Number DESC, PlayableId DESC LIMIT @limit OFFSET @offset
        """,
        ("parent", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    private static readonly Statement TopPlayablesOfArtist = new(
        """
        SELECT Playables.PlayableId
        FROM Credits JOIN Playables ON Playables.PlayableId = Credits.PlayableId
        WHERE Credits.ArtistId = @artist AND (Playables.Markets = '*' OR Playables.Markets LIKE @market)
        ORDER BY Playables.Popularity DESC, Playables.PlayableId LIMIT @limit
        """,
        ("artist", ColumnType.String), ("market", ColumnType.String), ("limit", ColumnType.Int64));

    // An artist's own albums, and albums of others with a track by the artist.
    private const string Discography = """
        SELECT Albums.AlbumId, Albums.AlbumType AS AlbumGroup, Albums.ReleaseDate, Albums.Markets
        FROM AlbumArtists JOIN Albums ON Albums.AlbumId = AlbumArtists.AlbumId
        WHERE AlbumArtists.ArtistId = @artist
        UNION ALL
        SELECT DISTINCT Albums.AlbumId, 'appears_on' AS AlbumGroup, Albums.ReleaseDate, Albums.Markets
        FROM Credits JOIN Playables ON Playables.PlayableId = Credits.PlayableId JOIN Albums ON Albums.AlbumId = Playables.ParentId
        WHERE Credits.ArtistId = @artist
          AND NOT EXISTS (SELECT 1 FROM AlbumArtists Own WHERE Own.AlbumId = Albums.AlbumId AND Own.ArtistId = @artist)
        """;

    private const string DiscographyFilter = """
        (Releases.Markets = '*' OR Releases.Markets LIKE @market) AND Releases.AlbumGroup IN (@group0, @group1, @group2, @group3)
        """;

    private static readonly Statement AlbumsOfArtist = new(
        $"""
        SELECT Releases.AlbumId, Releases.AlbumGroup FROM ({Discography}) Releases WHERE {DiscographyFilter}
        ORDER BY CASE Releases.AlbumGroup WHEN 'album' THEN 0 WHEN 'single' THEN 1 WHEN 'compilation' THEN 2 ELSE 3 END,
          Releases.ReleaseDate DESC, Releases.AlbumId
        LIMIT @limit OFFSET @offset
        """,
        [("artist", ColumnType.String), ("market", ColumnType.String), .. Statement.ListParameters("group", 4, ColumnType.String),
            ("limit", ColumnType.Int64), ("offset", ColumnType.Int64)]);

    private static readonly Statement CountAlbumsOfArtist = new(
        $"SELECT COUNT(*) AS Total FROM ({Discography}) Releases WHERE {DiscographyFilter}",
        [("artist", ColumnType.String), ("market", ColumnType.String), .. Statement.ListParameters("group", 4, ColumnType.String)]);

    private const string PlayableColumns = """
        PlayableId, Type, ParentId, DiscNumber, Number, Name, DurationMs, Explicit, Popularity, Markets, AvailableFrom, AvailableUntil,
        Isrc, ReleaseDate, Description, Languages, ImageId
        """;

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
        var (creditsTask, totalsTask) = (CreditsAsync(ArtistsOfAlbums, ids, ct), TotalsAsync(ids, ct));
        var (credits, totals) = (await creditsTask, await totalsTask);
        return await ByIdAsync(AlbumsById, ids, "AlbumId", row => new Album(
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
            Artists: credits[row.String("AlbumId")].ToList(),
            TotalTracks: totals.GetValueOrDefault(row.String("AlbumId"))), ct);
    }

    /// <summary>Returns shows by id.</summary>
    public async Task<Dictionary<string, Show>> ShowsAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        var totals = await TotalsAsync(ids, ct);
        return await ByIdAsync(ShowsById, ids, "ShowId", row => new Show(
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
            TotalEpisodes: totals.GetValueOrDefault(row.String("ShowId"))), ct);
    }

    /// <summary>Returns audiobooks by id.</summary>
    public async Task<Dictionary<string, Audiobook>> AudiobooksAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        var totals = await TotalsAsync(ids, ct);
        return await ByIdAsync(AudiobooksById, ids, "AudiobookId", row => new Audiobook(
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
            TotalChapters: totals.GetValueOrDefault(row.String("AudiobookId"))), ct);
    }

    /// <summary>Returns tracks, episodes and chapters by id.</summary>
    public async Task<Dictionary<string, Playable>> PlayablesAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var parameters = new Parameters().AddList("id", [.. ids], MaxIds);
        var rows = await database.QueryAsync(PlayablesById, parameters, Staleness, ct).ToListAsync(ct);
        return (await WithCreditsAsync(rows, ct)).ToDictionary(playable => playable.Id, StringComparer.Ordinal);
    }

    /// <summary>Returns a page of the tracks, episodes or chapters of an album, show or audiobook, in order or the latest first.</summary>
    public async Task<IReadOnlyList<Playable>> PlayablesOfAsync(
        string parentId, int offset, int limit, bool latestFirst, CancellationToken ct)
    {
        var parameters = new Parameters { { "parent", parentId }, { "limit", limit }, { "offset", offset } };
        var rows = await database.QueryAsync(latestFirst ? LatestOfParent : PlayablesOfParent, parameters, Staleness, ct).ToListAsync(ct);
        return await WithCreditsAsync(rows, ct);
    }

    /// <summary>Returns the ids of an artist's tracks that are available in a market, the most popular first.</summary>
    public async Task<IReadOnlyList<string>> TopTracksAsync(string artistId, string? market, int limit, CancellationToken ct) =>
        await database.QueryAsync(
                TopPlayablesOfArtist,
                new Parameters { { "artist", artistId }, { "market", MarketPattern(market) }, { "limit", limit } },
                Staleness,
                ct)
            .Select(row => row.String("PlayableId"))
            .ToListAsync(ct);

    /// <summary>
    /// Returns a page of an artist's albums in the given groups (<c>album</c>, <c>single</c>, <c>compilation</c>, <c>appears_on</c>) that
    /// are available in a market, ordered by group and then from the newest to the oldest.
    /// </summary>
    public async Task<Page<(string AlbumId, string Group)>> AlbumsOfAsync(
        string artistId, IReadOnlyList<string> groups, string? market, int offset, int limit, CancellationToken ct)
    {
        var total = await database.QueryAsync(CountAlbumsOfArtist, Filter(), Staleness, ct).SingleAsync(ct);
        var page = Filter();
        page.Add("limit", limit);
        page.Add("offset", offset);
        var albums = await database.QueryAsync(AlbumsOfArtist, page, Staleness, ct)
            .Select(row => (row.String("AlbumId"), row.String("AlbumGroup")))
            .ToListAsync(ct);
        return new(albums, total.Int32("Total"));

        Parameters Filter() => new Parameters { { "artist", artistId }, { "market", MarketPattern(market) } }.AddList("group", groups, 4);
    }

    private static Statement ByIds(string format) => new(
        format.Replace("{0}", Statement.List("id", MaxIds), StringComparison.Ordinal),
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private static string MarketPattern(string? market) => market is null ? "%" : $"%{market}%";

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');

    private async Task<Dictionary<string, T>> ByIdAsync<T>(
        Statement statement, IReadOnlyCollection<string> ids, string key, Func<Row, T> read, CancellationToken ct)
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        if (ids.Count == 0) return found;
        await foreach (var row in database.QueryAsync(statement, new Parameters().AddList("id", [.. ids], MaxIds), Staleness, ct))
            found[row.String(key)] = read(row);
        return found;
    }

    private async Task<Dictionary<string, int>> TotalsAsync(IReadOnlyCollection<string> ids, CancellationToken ct) =>
        await ByIdAsync(CountsByParent, ids, "Id", row => row.Int32("Total"), ct);

    private async Task<ILookup<string, ArtistCredit>> CreditsAsync(
        Statement statement, IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return Array.Empty<string>().ToLookup(id => id, _ => new ArtistCredit("", ""));
        var rows = await database.QueryAsync(statement, new Parameters().AddList("id", [.. ids], MaxIds), Staleness, ct).ToListAsync(ct);
        return rows.ToLookup(
            row => row.String("Id"), row => new ArtistCredit(row.String("ArtistId"), row.String("Name")), StringComparer.Ordinal);
    }

    private async Task<IReadOnlyList<Playable>> WithCreditsAsync(IReadOnlyList<Row> rows, CancellationToken ct)
    {
        var tracks = rows.Where(row => row.String("Type") == "track").Select(row => row.String("PlayableId")).ToList();
        var credits = await CreditsAsync(ArtistsOfPlayables, tracks, ct);
        return [.. rows.Select(row => new Playable(
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
            Artists: credits[row.String("PlayableId")].ToList()))];
    }
}
