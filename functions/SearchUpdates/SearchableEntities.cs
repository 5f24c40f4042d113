using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Playlists;
using Spotify.Search;

namespace Spotify.Functions.SearchUpdates;

/// <summary>The stored entities that have search documents, read in a transaction that writes the documents.</summary>
internal static class SearchableEntities
{
    /// <summary>The maximum number of entities in a call.</summary>
    public const int MaxIds = CatalogReader.MaxIds;

    private static readonly Statement ArtistsById = ById(
        "SELECT ArtistId AS Id, Name, Genres, Popularity, SortName FROM Artists WHERE ArtistId IN ({0})");

    // Each row has the album and one of its artists, or no artist.
    private static readonly Statement AlbumsById = ById("""
        SELECT Albums.AlbumId AS Id, Albums.Name, Albums.ReleaseDate, Albums.Genres, Albums.Popularity, Albums.Markets, Albums.AddedAt,
          Artists.ArtistId, Artists.Name AS ArtistName
        FROM Albums
        LEFT JOIN AlbumArtists ON AlbumArtists.AlbumId = Albums.AlbumId
        LEFT JOIN Artists ON Artists.ArtistId = AlbumArtists.ArtistId
        WHERE Albums.AlbumId IN ({0}) ORDER BY Albums.AlbumId, AlbumArtists.Position
        """);

    private static readonly Statement ShowsById = ById(
        "SELECT ShowId AS Id, Name, Publisher, Popularity, Markets FROM Shows WHERE ShowId IN ({0})");

    private static readonly Statement AudiobooksById = ById(
        "SELECT AudiobookId AS Id, Name, Authors, Narrators, Popularity, Markets FROM Audiobooks WHERE AudiobookId IN ({0})");

    // Each row has the track or episode and one of its artists, or no artist.
    private static readonly Statement PlayablesById = ById("""
        SELECT Playables.PlayableId AS Id, Playables.Type, Playables.Name, Playables.Popularity, Playables.Markets, Playables.ReleaseDate,
          Playables.AddedAt, COALESCE(Albums.Name, Shows.Name, '') AS ParentName, COALESCE(Albums.Genres, '') AS Genres,
          COALESCE(TrackDetails.Composers, '') AS Composers, Artists.ArtistId, Artists.Name AS ArtistName
        FROM Playables
        LEFT JOIN Albums ON Albums.AlbumId = Playables.ParentId
        LEFT JOIN Shows ON Shows.ShowId = Playables.ParentId
        LEFT JOIN TrackDetails ON TrackDetails.PlayableId = Playables.PlayableId
        LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId
        LEFT JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        WHERE Playables.PlayableId IN ({0}) AND Playables.Type <> 'chapter' ORDER BY Playables.PlayableId, Credits.Position
        """);

    private static readonly Statement PlaylistsById = ById($$"""
        SELECT Playlists.PlaylistId AS Id, Playlists.Name,
          {{FollowerCounts.SumSql(EntityType.Playlist, "Playlists.PlaylistId")}} AS Followers
        FROM Playlists WHERE Playlists.PlaylistId IN ({0}) AND Playlists.Public
        """);

    /// <summary>Returns the mutations that write the documents of entities, and delete those that should not exist.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="type">The type of the entities; <see cref="EntityType.Track"/> for episodes too.</param>
    /// <param name="ids">Up to <see cref="MaxIds"/> ids.</param>
    public static async Task<IReadOnlyList<Mutation>> UpdateAsync(ITransaction transaction, EntityType type, IReadOnlyList<string> ids)
    {
        if (ids.Count == 0) return [];
        var (statement, read) = Of(type);
        var rows = await transaction.QueryAsync(statement, new Parameters().AddList("id", ids, MaxIds)).ToListAsync();
        var entries = rows.GroupBy(row => row.String("Id"), StringComparer.Ordinal).Select(group => read([.. group])).ToList();
        EntityType[] types = type == EntityType.Track ? [EntityType.Track, EntityType.Episode] : [type];
        return
        [
            .. ids.Except(entries.Select(entry => entry.Id), StringComparer.Ordinal)
                .SelectMany(id => types.Select(deleted => SearchEntries.Delete(deleted, id))),
            // In the order of the index, because the index of one machine writes a segment whenever a row number is below the last one.
            .. entries.OrderBy(entry => SearchEntries.Rank(entry.Type, entry.Id, entry.Popularity)).Select(SearchEntries.Write),
        ];
    }

    private static (Statement ById, Func<IReadOnlyList<Row>, SearchEntry> Read) Of(EntityType type) => type switch
    {
        EntityType.Artist => (ArtistsById, rows => Entry(EntityType.Artist, rows[0], MarketSet.Everywhere) with
        {
            OtherNames = rows[0].StringOrNull("SortName") is { } sortName ? [sortName] : [],
            Genres = Lines(rows[0], "Genres"),
        }),
        EntityType.Album => (AlbumsById, rows => Entry(EntityType.Album, rows[0], Markets(rows[0])) with
        {
            Artists = Artists(rows),
            ReleaseDate = rows[0].String("ReleaseDate"),
            AddedAt = rows[0].TimestampOrNull("AddedAt"),
            Genres = Lines(rows[0], "Genres"),
        }),
        EntityType.Track => (PlayablesById, rows => Entry(TypeOf(rows[0]), rows[0], Markets(rows[0])) with
        {
            Artists = Artists(rows),
            OtherArtists = Lines(rows[0], "Composers"),
            Album = rows[0].String("ParentName"),
            ReleaseDate = rows[0].String("ReleaseDate"),
            AddedAt = rows[0].TimestampOrNull("AddedAt"),
            Genres = Lines(rows[0], "Genres"),
        }),
        EntityType.Show => (ShowsById, rows => Entry(EntityType.Show, rows[0], Markets(rows[0])) with
        {
            OtherArtists = [rows[0].String("Publisher")],
        }),
        EntityType.Audiobook => (AudiobooksById, rows => Entry(EntityType.Audiobook, rows[0], Markets(rows[0])) with
        {
            OtherArtists = [.. Lines(rows[0], "Authors"), .. Lines(rows[0], "Narrators")],
        }),
        EntityType.Playlist => (
            PlaylistsById, rows => PlaylistSearch.Entry(rows[0].String("Id"), rows[0].String("Name"), rows[0].Int64("Followers"))),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static SearchEntry Entry(EntityType type, Row row, MarketSet markets) =>
        new(type, row.String("Id"), row.String("Name"), row.Int32("Popularity"), markets);

    private static EntityType TypeOf(Row row) => row.String("Type") == "episode" ? EntityType.Episode : EntityType.Track;

    private static MarketSet Markets(Row row) => new(row.String("Markets"));

    private static ArtistCredit[] Artists(IReadOnlyList<Row> rows) =>
    [
        .. rows.Where(row => !row.IsNull("ArtistId")).Select(row => new ArtistCredit(row.String("ArtistId"), row.String("ArtistName"))),
    ];

    private static string[] Lines(Row row, string column) =>
        row.String(column).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Statement ById(string sql) => new(
        sql.Replace("{0}", Statement.List("id", MaxIds), StringComparison.Ordinal),
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);
}
