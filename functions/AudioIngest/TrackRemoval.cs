using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.ObjectRemovals;
using Spotify.Search;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// The removal of tracks whose files were deleted. Playlists and libraries keep their items: the id of a track depends on its audio, so
/// they show the track again if the file is imported again.
/// </summary>
public sealed class TrackRemoval(IDatabase database, TimeProvider time)
{
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Table Albums = Schema.Current.Table("Albums");
    private static readonly Table Playables = Schema.Current.Table("Playables");

    private static readonly Statement TracksOfAlbum = new(
        "SELECT PlayableId FROM Playables WHERE ParentId = @album LIMIT 2", ("album", ColumnType.String));

    /// <summary>
    /// Removes a source, and its track unless it has other sources. Deletes the album and the artists that are orphaned. The audio is
    /// deleted when every URL to it has expired.
    /// </summary>
    /// <returns>Whether the track was removed.</returns>
    public Task<bool> RunAsync(Source source, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var id = source.PlayableId;
            transaction.Add(source.Delete());
            var sources = transaction.QueryAsync(Source.OfTrack, new Parameters { { "track", id } });
            if (await sources.AnyAsync(row => row.String("SourceId") != source.Id)) return false;
            if (await transaction.ReadAsync(Playables, new Key(id)) is not { } track) return false;

            var albumId = track.String("ParentId");
            var hasOthers = await transaction.QueryAsync(TracksOfAlbum, new Parameters { { "album", albumId } })
                .AnyAsync(row => row.String("PlayableId") != id);
            var deletedAlbumId = hasOthers ? "" : albumId;
            var orphaned = await OrphanedArtists.FindAsync(transaction, id, "", deletedAlbumId, []);

            var now = time.GetUtcNow();
            foreach (var removal in await EncryptedObject.RetireAsync(transaction, EntityType.Track, id, now)) transaction.Add(removal);
            await Discographies.LeaveAsync(transaction, id, albumId);
            foreach (var update in await AlbumLoudness.UpdateAsync(transaction, albumId, id, track: null)) transaction.Add(update);
            Delete(Playables, EntityType.Track, id);
            if (!hasOthers) Delete(Albums, EntityType.Album, albumId);
            foreach (var artist in orphaned) Delete(Artists, EntityType.Artist, artist);
            if (track.StringOrNull("Revision") is { } revision)
                transaction.Add(ObjectRemovalService.Retire(Revision.Prefix(id, revision), now));
            return true;

            void Delete(Table table, EntityType type, string entityId)
            {
                transaction.Add(Mutation.Delete(table, new Key(entityId)));
                transaction.Add(SearchEntries.Delete(type, entityId));
            }
        },
        ct);
}
