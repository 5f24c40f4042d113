using Spotify.Domain;

namespace Spotify.Functions.Library;

/// <summary>An item to save or follow.</summary>
/// <param name="Type">The type: one of <see cref="LibraryTypes.All"/>, or a playlist.</param>
/// <param name="Id">The id: 22 base62 characters, or a user id.</param>
/// <param name="AddedAt">When the item was added; null for now.</param>
public readonly record struct LibraryEntry(EntityType Type, string Id, DateTimeOffset? AddedAt = null);

/// <summary>The types of items in libraries.</summary>
public static class LibraryTypes
{
    /// <summary>The types that the library stores.</summary>
    public static readonly IReadOnlyList<EntityType> All =
        [EntityType.Album, EntityType.Artist, EntityType.Audiobook, EntityType.Episode, EntityType.Show, EntityType.Track, EntityType.User];

    /// <summary>
    /// Returns whether items of a type can be saved by URI: those in <see cref="All"/>, and playlists, which store their followers
    /// themselves.
    /// </summary>
    public static bool HasUris(EntityType type) => type == EntityType.Playlist || All.Contains(type);

    /// <summary>Returns whether entities of a type are followed and count their followers.</summary>
    public static bool IsFollowed(EntityType type) => type is EntityType.Artist or EntityType.User;
}
