namespace Spotify.Domain.Playlists;

/// <summary>A user's role in a playlist. Each role includes the rights of the roles before it.</summary>
public enum PlaylistRole
{
    /// <summary>No role. Also the role of a caller without a user, such as an app.</summary>
    Stranger,

    /// <summary>The user follows the playlist.</summary>
    Follower,

    /// <summary>The user followed the playlist after it became collaborative, and may read and change its items.</summary>
    Collaborator,

    /// <summary>The user owns the playlist.</summary>
    Owner,
}

/// <summary>
/// The rule for who may see a playlist: everyone sees a public one; a private one is visible to its owner and collaborators only.
/// </summary>
/// <remarks>
/// The rule has two forms because lists are filtered, counted and paged in the database. A test checks that both agree.
/// </remarks>
public static class PlaylistAccess
{
    /// <summary>
    /// The SQL condition for a row of <c>Playlists</c>. Its parameter <c>@viewer</c> is the user's id, or an empty string if the caller
    /// has no user.
    /// </summary>
    public const string IsVisibleSql = """
        (Playlists.Public OR Playlists.OwnerId = @viewer OR (Playlists.Collaborative AND EXISTS (
          SELECT 1 FROM PlaylistFollowers Own
          WHERE Own.PlaylistId = Playlists.PlaylistId AND Own.UserId = @viewer AND Own.FollowedAt >= Playlists.CollaborativeSince)))
        """;

    /// <summary>Returns whether a user with the given role may see a playlist.</summary>
    public static bool IsVisible(bool isPublic, PlaylistRole role) => isPublic || role >= PlaylistRole.Collaborator;

    /// <summary>
    /// Returns a user's role. The link to a collaborative playlist is the invitation: following the playlist makes a user a collaborator.
    /// </summary>
    /// <param name="ownerId">The owner's id.</param>
    /// <param name="collaborativeSince">When the playlist became collaborative; null if it is not collaborative.</param>
    /// <param name="followedAt">When the user followed the playlist; null if the user does not follow it.</param>
    /// <param name="userId">The user's id; null if the caller has no user.</param>
    public static PlaylistRole RoleOf(string ownerId, DateTimeOffset? collaborativeSince, DateTimeOffset? followedAt, string? userId) =>
        ownerId == userId ? PlaylistRole.Owner
        : followedAt is null ? PlaylistRole.Stranger
        : followedAt >= collaborativeSince ? PlaylistRole.Collaborator
        : PlaylistRole.Follower;
}
