using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Seeds;

namespace Spotify.Functions.Recommendations.Radio;

/// <summary>The seed of a radio as it is in the catalog.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Name">The name of the entity or genre; null for the listener's taste.</param>
/// <param name="ImageId">The image; null if there is none, or if it is that of the first track.</param>
/// <param name="Seeds">The seeds of the recommendations.</param>
internal sealed record RadioSource(RadioSeed Seed, string? Name, string? ImageId, IReadOnlyList<Seed> Seeds)
{
    /// <summary>Whether everybody may see the seed.</summary>
    public bool IsPublic { get; init; } = true;

    /// <summary>Whether the seed is a collaborative playlist.</summary>
    public bool IsCollaborative { get; init; }
}

/// <summary>A reader of the seeds of radios. Takes three round trips at most.</summary>
internal sealed class RadioSeedReader(CatalogReader catalog, IDatabase database)
{
    // The number of tracks of an album or a playlist that are seeds. More would not make the radio better.
    private const int MaxSeeds = 20;
    private const int MaxAlbumTracks = 50;
    private const int MaxPlaylistTracks = 500;

    private static readonly Statement TracksOfPlaylist = new(
        $"""
        SELECT Playlists.Name, Playlists.Public, Playlists.Collaborative, Playlists.ImageId, Page.PlayableId
        FROM Playlists LEFT JOIN (
          SELECT PlaylistId, OrderKey, PlayableId FROM PlaylistItems
          WHERE PlaylistId = @playlist AND Type = 'track' ORDER BY OrderKey LIMIT @limit
        ) Page ON Page.PlaylistId = Playlists.PlaylistId
        WHERE Playlists.PlaylistId = @playlist AND {PlaylistAccess.IsVisibleSql}
        ORDER BY Page.OrderKey
        """,
        ("playlist", ColumnType.String), ("viewer", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Returns a seed; null if it does not exist, or if the user may not see it.</summary>
    public async Task<RadioSource?> ReadAsync(RadioSeed seed, string userId, CancellationToken ct)
    {
        switch (seed.Kind)
        {
            case RadioSeedKind.Track:
                var track = (await catalog.PlayablesAsync([seed.Id], ct)).GetValueOrDefault(seed.Id);
                return track is not { Type: EntityType.Track } ? null : new RadioSource(seed, track.Name, null, [SeedOf(track)]);
            case RadioSeedKind.Artist:
                var artist = (await catalog.ArtistsAsync([seed.Id], ct)).GetValueOrDefault(seed.Id);
                return artist is null
                    ? null
                    : new RadioSource(seed, artist.Name, artist.ImageId, [Seed.Artist(Number(seed.Id), artist.Genres)]);
            case RadioSeedKind.Album:
                return await AlbumAsync(seed, ct);
            case RadioSeedKind.Playlist:
                return await PlaylistAsync(seed, userId, ct);
            case RadioSeedKind.Genre:
                var name = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(seed.Id.Replace('-', ' '));
                return new RadioSource(seed, name, null, [Seed.Genre(seed.Id)]);
            default:
                return new RadioSource(seed, null, null, []);
        }
    }

    private static Seed SeedOf(Playable track) =>
        Seed.Track(Number(track.Id), [.. track.Artists.Select(artist => Number(artist.Id))]);

    private static UInt128 Number(string id) => SpotifyId.TryParse(id, out var number) ? number : 0;

    // Returns elements at equal distances.
    private static IEnumerable<T> Sample<T>(IReadOnlyList<T> all) => all.Count <= MaxSeeds
        ? all
        : Enumerable.Range(0, MaxSeeds).Select(i => all[i * all.Count / MaxSeeds]);

    private async Task<RadioSource?> AlbumAsync(RadioSeed seed, CancellationToken ct)
    {
        var tracks = catalog.PlayablesOfAsync([seed.Id], 0, MaxAlbumTracks, ct);
        var album = (await catalog.AlbumsAsync([seed.Id], ct)).GetValueOrDefault(seed.Id);
        var all = (await tracks)[seed.Id].Where(track => track.Type == EntityType.Track).ToList();
        return album is null ? null : new RadioSource(seed, album.Name, album.ImageId, [.. Sample(all).Select(SeedOf)]);
    }

    private async Task<RadioSource?> PlaylistAsync(RadioSeed seed, string userId, CancellationToken ct)
    {
        var parameters = new Parameters { { "playlist", seed.Id }, { "viewer", userId }, { "limit", MaxPlaylistTracks } };
        var rows = await database.QueryAsync(TracksOfPlaylist, parameters, null, ct).ToListAsync(ct);
        if (rows.Count == 0) return null;
        var tracks = rows.Where(row => !row.IsNull("PlayableId")).Select(row => row.String("PlayableId")).Distinct().ToList();
        return new RadioSource(
            seed, rows[0].String("Name"), rows[0].StringOrNull("ImageId"), [.. Sample(tracks).Select(id => Seed.Track(Number(id)))])
        {
            IsPublic = rows[0].Bool("Public"),
            IsCollaborative = rows[0].Bool("Collaborative"),
        };
    }
}
