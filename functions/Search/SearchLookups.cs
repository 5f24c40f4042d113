using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;
using Spotify.Search.Ranking;

namespace Spotify.Functions.Search;

/// <summary>Search documents that are found by ordinary indexes instead of the search index.</summary>
internal sealed class SearchLookups(IDatabase database)
{
    // Per type. More entities of the same name and market are found by the search index only.
    private const int MaxNames = 20;

    // The library: together the most recent 1,000.
    private static readonly (EntityType Type, int Limit)[] LibraryTypes =
    [
        (EntityType.Track, 450), (EntityType.Artist, 200), (EntityType.Album, 150), (EntityType.Show, 40), (EntityType.Episode, 30),
        (EntityType.Audiobook, 30),
    ];

    private const int MaxLibraryPlaylists = 100;

    private const string Available = "(@market IS NULL OR SearchEntries.Markets = '*' OR SearchEntries.Markets LIKE @pattern)";

    private static readonly Statement ByName = new(
        Documents(SearchService.Searchable.Select(type => $"""
            SELECT * FROM (
              SELECT Type, Id FROM SearchEntries WHERE NameHash = @hash AND Type = '{SpotifyUri.WireName(type)}'
              ORDER BY Rank LIMIT {MaxNames}
            )
            """)),
        ("hash", ColumnType.Int64), ("market", ColumnType.String), ("pattern", ColumnType.String));

    private static readonly Statement ByCode = new(
        Documents(
        [
            $"SELECT * FROM (SELECT 'track' AS Type, PlayableId AS Id FROM Playables WHERE Isrc = @isrc AND Isrc IS NOT NULL LIMIT 100)",
            $"SELECT * FROM (SELECT 'album' AS Type, AlbumId AS Id FROM Albums WHERE Upc = @upc AND Upc IS NOT NULL LIMIT 100)",
        ]),
        ("isrc", ColumnType.String), ("upc", ColumnType.String), ("market", ColumnType.String), ("pattern", ColumnType.String));

    private static readonly Statement Library = new(
        Documents(
        [
            .. LibraryTypes.Select(saved => $"""
                SELECT * FROM (
                  SELECT Type, ItemId AS Id FROM LibraryItems WHERE UserId = @user AND Type = '{SpotifyUri.WireName(saved.Type)}'
                  ORDER BY AddedAt DESC, ItemId LIMIT {saved.Limit}
                )
                """),
            $"""
            SELECT * FROM (
              SELECT 'playlist' AS Type, PlaylistId AS Id FROM PlaylistFollowers WHERE UserId = @user
              ORDER BY FollowedAt DESC, PlaylistId LIMIT {MaxLibraryPlaylists}
            )
            """,
        ]),
        ("user", ColumnType.String), ("market", ColumnType.String), ("pattern", ColumnType.String));

    /// <summary>Returns the documents whose folded name is the given one and that are available, the most popular first.</summary>
    public Task<List<SearchDocument>> ByNameAsync(string foldedName, string? market, CancellationToken ct) => foldedName.Length == 0
        ? Task.FromResult(new List<SearchDocument>())
        : ReadAsync(ByName, new Parameters { { "hash", SearchEntries.NameHash(foldedName) } }, market, ct);

    /// <summary>Returns the tracks with an ISRC and the albums with a UPC that are available.</summary>
    public Task<List<SearchDocument>> ByCodeAsync(string? isrc, string? upc, string? market, CancellationToken ct) =>
        ReadAsync(ByCode, new Parameters { { "isrc", isrc }, { "upc", upc } }, market, ct);

    /// <summary>Returns the entities that a listener saved or followed last and that are available.</summary>
    public Task<List<SearchDocument>> LibraryAsync(string userId, string? market, CancellationToken ct) =>
        ReadAsync(Library, new Parameters { { "user", userId } }, market, ct);

    private static string Documents(IEnumerable<string> keys) => $"""
        SELECT {SearchEntries.Columns} FROM ({string.Join(" UNION ALL ", keys)}) Found
        JOIN SearchEntries ON SearchEntries.Type = Found.Type AND SearchEntries.Id = Found.Id
        WHERE {Available}
        """;

    private async Task<List<SearchDocument>> ReadAsync(Statement statement, Parameters parameters, string? market, CancellationToken ct)
    {
        parameters.Add("market", market);
        parameters.Add("pattern", $"%{market}%");
        return await database.QueryAsync(statement, parameters, Staleness.Recent, ct)
            .Select(SearchEntries.Read)
            .ToListAsync(ct);
    }
}
