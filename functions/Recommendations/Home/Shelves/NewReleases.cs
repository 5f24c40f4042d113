using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.Search.Browse;
using Spotify.Web.Identity;

namespace Spotify.Functions.Recommendations.Home.Shelves;

/// <summary>The albums and singles that the listener's artists have released lately, then those of the market.</summary>
internal sealed class NewReleases(IDatabase database, BrowseLists lists) : IShelfSource
{
    private const int MaxArtists = 100;

    // If the listener's artists have fewer albums, those of the market follow.
    private const int Enough = 10;

    private static readonly TimeSpan Age = TimeSpan.FromDays(60);

    private static readonly Statement Releases = new(
        $"""
        SELECT AlbumId, MAX(ReleaseDate) AS Released FROM ArtistAlbums
        WHERE ArtistId IN ({Statement.List("artist", MaxArtists)}) AND AlbumGroup IN (@album, @single)
          AND ReleaseDate >= @first AND ReleaseDate <= @last AND (Markets = '*' OR Markets LIKE @market)
        GROUP BY AlbumId ORDER BY Released DESC, AlbumId LIMIT @limit
        """,
        [
            .. Statement.ListParameters("artist", MaxArtists, ColumnType.String), ("album", ColumnType.Int64), ("single", ColumnType.Int64),
            ("first", ColumnType.String), ("last", ColumnType.String), ("market", ColumnType.String), ("limit", ColumnType.Int64),
        ]);

    /// <inheritdoc/>
    public Scopes Scopes => Scopes.None;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct)
    {
        var ofMarket = lists.NewReleasesAsync(request.Viewer.Market, ct);
        var own = await request.History() is { } history ? await OwnAsync(history, request, ct) : [];
        return Shelf(own.Count >= Enough ? own : own.Concat(await ofMarket));

        IReadOnlyList<PlannedShelf> Shelf(IEnumerable<string> albums) => PlannedShelf.Of(
            "new-releases", own.Count > 0 ? "New releases for you" : "New releases",
            albums.Select(album => new SpotifyUri(EntityType.Album, album)), isRecommended: true);
    }

    private async Task<IReadOnlyList<string>> OwnAsync(ListenerHistory history, ShelfRequest request, CancellationToken ct)
    {
        var artists = history.FollowedArtists.Take(MaxArtists / 2).Concat(history.TopArtists.Select(top => top.Artist))
            .Distinct().Take(MaxArtists).Select(SpotifyId.Format).ToList();
        if (artists.Count == 0) return [];
        var now = request.Viewer.Now.UtcDateTime;
        var parameters = new Parameters
        {
            { "album", (int)AlbumGroup.Album },
            { "single", (int)AlbumGroup.Single },
            { "first", Date(now - Age) },
            { "last", Date(now) },
            { "market", request.Viewer.Market is { } market ? $"%{market}%" : "%" },
            { "limit", PlannedShelf.MaxItems },
        }.AddList("artist", artists, MaxArtists);
        return await database.QueryAsync(Releases, parameters, Staleness.Recent, ct).Select(row => row.String("AlbumId")).ToListAsync(ct);
    }

    private static string Date(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
