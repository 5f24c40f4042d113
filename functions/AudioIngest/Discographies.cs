using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The albums of others on which artists appear (the table ArtistAlbums).</summary>
internal static class Discographies
{
    private static readonly Table ArtistAlbums = Schema.Current.Table("ArtistAlbums");

    private static readonly Statement ArtistsWhoAppearOn = new(
        "SELECT ArtistId FROM ArtistAlbums WHERE AlbumId = @album AND AlbumGroup = @group",
        ("album", ColumnType.String), ("group", ColumnType.Int64));

    /// <summary>Removes an album that a track leaves from the discographies of artists whom none of its other tracks credits.</summary>
    public static async Task LeaveAsync(ITransaction transaction, string trackId, string albumId)
    {
        var credited = await transaction.QueryAsync(TrackCatalog.CreditsOfAlbum, new Parameters { { "album", albumId } })
            .Where(row => row.String("PlayableId") != trackId)
            .Select(row => row.String("ArtistId"))
            .ToHashSetAsync(StringComparer.Ordinal);
        var parameters = new Parameters { { "album", albumId }, { "group", (int)AlbumGroup.AppearsOn } };
        await foreach (var row in transaction.QueryAsync(ArtistsWhoAppearOn, parameters))
        {
            if (!credited.Contains(row.String("ArtistId")))
                transaction.Add(Mutation.Delete(ArtistAlbums, new Key(albumId, row.String("ArtistId"))));
        }
    }
}
