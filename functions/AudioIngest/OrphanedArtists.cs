using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>Artists that neither tracks nor albums reference any more and that nobody follows.</summary>
internal static class OrphanedArtists
{
    // The artists that the stored track and its albums reference, before the write.
    private static readonly Statement ReferencedArtists = new(
        """
        SELECT ArtistId FROM Credits WHERE PlayableId = @track
        UNION ALL SELECT ArtistId FROM AlbumArtists WHERE AlbumId = @album OR AlbumId = @emptied
        """,
        ("track", ColumnType.String), ("album", ColumnType.String), ("emptied", ColumnType.String));

    private static readonly Statement OtherReferences = new(
        """
        SELECT 1 AS Used FROM Credits WHERE ArtistId = @artist AND PlayableId <> @track
        UNION ALL SELECT 1 AS Used FROM AlbumArtists WHERE ArtistId = @artist AND AlbumId <> @album AND AlbumId <> @emptied
        LIMIT 1
        """,
        ("artist", ColumnType.String), ("track", ColumnType.String), ("album", ColumnType.String), ("emptied", ColumnType.String));

    // Users' follows are counted apart from the followers that an artist was imported with.
    private static readonly Statement Followers = new(
        """
        SELECT Followers FROM Artists WHERE ArtistId = @artist
        UNION ALL SELECT Followers FROM FollowerCounts WHERE Type = 'artist' AND TargetId = @artist
        """,
        ("artist", ColumnType.String));

    /// <summary>Returns the ids of the artists that are orphaned by a write.</summary>
    /// <param name="transaction">The transaction, before the write.</param>
    /// <param name="trackId">The track that is written or deleted.</param>
    /// <param name="albumId">The album that is written; empty if there is none.</param>
    /// <param name="deletedAlbumId">The album that is deleted; empty if there is none.</param>
    /// <param name="kept">The artists that the track and the album reference after the write.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(
        ITransaction transaction, string trackId, string albumId, string deletedAlbumId, IEnumerable<string> kept)
    {
        var references = new Parameters { { "track", trackId }, { "album", albumId }, { "emptied", deletedAlbumId } };
        var referenced = await transaction.QueryAsync(ReferencedArtists, references).Select(row => row.String("ArtistId")).ToListAsync();
        var orphaned = new List<string>();
        foreach (var artist in referenced.Except(kept, StringComparer.Ordinal))
        {
            var others = new Parameters { { "artist", artist }, { "track", trackId }, { "album", albumId }, { "emptied", deletedAlbumId } };
            if (await transaction.QueryAsync(OtherReferences, others).AnyAsync()) continue;
            var followers = transaction.QueryAsync(Followers, new Parameters { { "artist", artist } });
            if (!await followers.AnyAsync(row => row.Int64("Followers") > 0)) orphaned.Add(artist);
        }

        return orphaned;
    }
}
