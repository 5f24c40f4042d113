using Spotify.Domain;
using Spotify.Web.Identity;

namespace Spotify.Functions.Library;

/// <summary>The scopes of the routes for items of all types, which depend on the types in the request.</summary>
internal static class LibraryScopes
{
    /// <summary>The scopes for changes of any type.</summary>
    public const Scopes Modify = Scopes.UserLibraryModify | Scopes.UserFollowModify | Scopes.PlaylistModifyPublic;

    /// <summary>The scopes for reading any type.</summary>
    public const Scopes Read = Scopes.UserLibraryRead | Scopes.UserFollowRead | Scopes.PlaylistReadPrivate;

    /// <summary>Returns the scopes that are required to change entries.</summary>
    public static Scopes ToModify(IReadOnlyList<LibraryEntry> entries) =>
        Required(entries, Scopes.UserLibraryModify, Scopes.UserFollowModify, Scopes.PlaylistModifyPublic);

    /// <summary>Returns the scopes that are required to read entries.</summary>
    public static Scopes ToRead(IReadOnlyList<LibraryEntry> entries) =>
        Required(entries, Scopes.UserLibraryRead, Scopes.UserFollowRead, Scopes.PlaylistReadPrivate);

    private static Scopes Required(IReadOnlyList<LibraryEntry> entries, Scopes saved, Scopes followed, Scopes playlists) =>
        entries.Aggregate(Scopes.None, (scopes, entry) => scopes | entry.Type switch
        {
            EntityType.Artist or EntityType.User => followed,
            EntityType.Playlist => playlists,
            _ => saved,
        });
}
