using Spotify.Web.Identity;

namespace Spotify.Functions.Playlists;

/// <summary>The scopes that depend on the visibility of a playlist. Collaborative playlists are private.</summary>
/// <seealso href="https://developer.spotify.com/documentation/web-api/concepts/playlists"/>
internal static class PlaylistScopes
{
    /// <summary>The scopes for changes of any playlist.</summary>
    public const Scopes Modify = Scopes.PlaylistModifyPublic | Scopes.PlaylistModifyPrivate;

    /// <summary>Returns the scope that is required to change or follow a playlist.</summary>
    /// <param name="isPublic">Whether the playlist is public, or is followed publicly.</param>
    public static Scopes ToModify(bool isPublic) => isPublic ? Scopes.PlaylistModifyPublic : Scopes.PlaylistModifyPrivate;

    /// <summary>Returns whether a caller who may see a playlist has the scopes to read it.</summary>
    public static bool MayRead(this Caller caller, bool isPublic, bool collaborative) =>
        isPublic
        || caller.Scopes.HasFlag(Scopes.PlaylistReadPrivate)
        || (collaborative && caller.Scopes.HasFlag(Scopes.PlaylistReadCollaborative));

    /// <summary>Requires the scopes to read a playlist.</summary>
    /// <exception cref="Spotify.Web.ApiException">403: the token does not have the scopes.</exception>
    public static void RequireRead(this Caller caller, bool isPublic, bool collaborative)
    {
        if (!caller.MayRead(isPublic, collaborative))
            caller.Require(collaborative ? Scopes.PlaylistReadCollaborative : Scopes.PlaylistReadPrivate);
    }
}
