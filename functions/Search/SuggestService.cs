using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search.Ranking;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Search;

/// <summary>The results of a query that is still being typed.</summary>
internal sealed class SuggestService(SearchMatches matches, IDatabase database)
{
    /// <summary>The largest <c>limit</c>.</summary>
    public const int MaxLimit = 20;

    /// <summary>The default <c>limit</c>.</summary>
    public const int DefaultLimit = 10;

    private const int Candidates = 60;

    // An artist of at least this popularity with exactly the name is the top hit.
    private const int PopularArtist = 50;

    private const double NameBonus = 0.15;

    private static readonly Dictionary<EntityType, double> TypeBonus = new()
    {
        [EntityType.Artist] = 0.08,
        [EntityType.Track] = 0.05,
        [EntityType.Album] = 0.02,
    };

    // The tables that have the results, and their types.
    private static readonly (string List, EntityType[] Types)[] Tables =
    [
        ("playable", [EntityType.Track, EntityType.Episode]), ("artist", [EntityType.Artist]), ("album", [EntityType.Album]),
        ("playlist", [EntityType.Playlist]), ("show", [EntityType.Show]), ("audiobook", [EntityType.Audiobook]),
    ];

    // One artist of a track or album per row. Each table has a list of ids, because ids of other tables would be looked for in vain.
    private static readonly Statement Details = new(
        $$"""
        SELECT Playables.PlayableId AS Id, Playables.Name, COALESCE(Playables.ImageId, Albums.ImageId, Shows.ImageId) AS ImageId,
          COALESCE(Artists.Name, Shows.Name, '') AS Subtitle, COALESCE(Credits.Position, 0) AS Position,
          NULL AS CoverWidth, NULL AS CoverHeight
        FROM Playables
        LEFT JOIN Albums ON Albums.AlbumId = Playables.ParentId
        LEFT JOIN Shows ON Shows.ShowId = Playables.ParentId
        LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId
        LEFT JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        WHERE Playables.PlayableId IN ({{Ids("playable")}})
        UNION ALL
        SELECT ArtistId, Name, ImageId, '', 0, NULL, NULL FROM Artists WHERE ArtistId IN ({{Ids("artist")}})
        UNION ALL
        SELECT Albums.AlbumId, Albums.Name, Albums.ImageId, COALESCE(Artists.Name, ''), COALESCE(AlbumArtists.Position, 0),
          NULL, NULL
        FROM Albums
        LEFT JOIN AlbumArtists ON AlbumArtists.AlbumId = Albums.AlbumId
        LEFT JOIN Artists ON Artists.ArtistId = AlbumArtists.ArtistId
        WHERE Albums.AlbumId IN ({{Ids("album")}})
        UNION ALL
        SELECT Playlists.PlaylistId, Playlists.Name, COALESCE(Playlists.CoverId, Playlists.ImageId), Users.DisplayName, 0,
          Playlists.CoverWidth, Playlists.CoverHeight
        FROM Playlists JOIN Users ON Users.UserId = Playlists.OwnerId
        WHERE Playlists.PlaylistId IN ({{Ids("playlist")}}) AND Playlists.Public
        UNION ALL
        SELECT ShowId, Name, ImageId, Publisher, 0, NULL, NULL FROM Shows WHERE ShowId IN ({{Ids("show")}})
        UNION ALL
        SELECT AudiobookId, Name, ImageId, Authors, 0, NULL, NULL FROM Audiobooks WHERE AudiobookId IN ({{Ids("audiobook")}})
        """,
        [.. Tables.SelectMany(table => Statement.ListParameters(table.List, MaxLimit + 1, ColumnType.String))]);

    private static string Ids(string list) => Statement.List(list, MaxLimit + 1);

    /// <summary>Returns the top hit and the next best results of all types.</summary>
    /// <param name="q">The query, from the first letter.</param>
    /// <param name="limit">The maximum number of results besides the top hit.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <exception cref="ApiException">400: the query is missing or too long.</exception>
    public async Task<Suggestions> SuggestAsync(string? q, int limit, Viewer viewer, CancellationToken ct)
    {
        var found = await matches.FindAsync(SearchService.Checked(q), SearchService.Searchable, viewer, Candidates, 0, ct);
        var hits = Mixed(found.Values, limit + 1);
        if (hits.Count == 0) return new Suggestions(null, []);
        var parameters = new Parameters();
        foreach (var (list, types) in Tables)
        {
            var ids = hits.Where(hit => types.Contains(hit.Type)).Select(hit => hit.Id).ToList();
            // No entity has an empty id.
            parameters.AddList(list, ids.Count > 0 ? ids : [""], MaxLimit + 1);
        }

        var rows = (await database.QueryAsync(Details, parameters, Staleness.Recent, ct).ToListAsync(ct)).ToLookup(row => row.String("Id"));
        var items = hits.Where(hit => rows.Contains(hit.Id)).Select(hit => Show(hit, rows[hit.Id], viewer)).ToList();
        return new Suggestions(items.FirstOrDefault(), [.. items.Skip(1)]);
    }

    private static List<SearchDocument> Mixed(IEnumerable<TypeMatches> found, int count)
    {
        var perType = Math.Max(2, (count + 1) / 2);
        return
        [
            .. found.SelectMany(matches => matches.Ranked.Take(perType))
                .OrderByDescending(IsPopularArtist).ThenByDescending(Score)
                .Select(ranked => ranked.Document).Take(count),
        ];

        static double Score(RankedDocument ranked) =>
            ranked.Score + (ranked.IsName ? NameBonus : 0) + TypeBonus.GetValueOrDefault(ranked.Document.Type);

        static bool IsPopularArtist(RankedDocument ranked) =>
            ranked is { IsName: true, Document: { Type: EntityType.Artist, Popularity: >= PopularArtist } };
    }

    private static Suggestion Show(SearchDocument hit, IEnumerable<Row> rows, Viewer viewer)
    {
        var ordered = rows.OrderBy(row => row.Int64("Position")).ToList();
        var subtitle = string.Join(", ", ordered.Select(row => row.String("Subtitle").Replace("\n", ", ", StringComparison.Ordinal)));
        return new Suggestion(
            Type: SpotifyUri.WireName(hit.Type),
            Id: hit.Id,
            Uri: CatalogWire.Uri(hit.Type, hit.Id),
            Href: viewer.Links.Href(hit.Type, hit.Id),
            Name: ordered[0].String("Name"),
            Subtitle: subtitle,
            Images: Images(ordered[0], viewer.Links));
    }

    // The cover that the owner of a playlist uploaded has one size.
    private static IReadOnlyList<ImageObject> Images(Row row, ApiLinks links) =>
        row.StringOrNull("ImageId") is { } cover && row.Int64OrNull("CoverWidth") is { } width
            ? [new ImageObject(links.Image(cover, (int)width), (int?)row.Int64OrNull("CoverHeight"), (int)width)]
            : CatalogWire.Images(row.StringOrNull("ImageId"), links);
}
