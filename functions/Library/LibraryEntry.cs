using Spotify.Domain;

namespace Spotify.Functions.Library;

/// <summary>Something to be saved or followed.</summary>
/// <param name="Type">What it is: one of <see cref="LibraryTypes.All"/>, or a playlist.</param>
/// <param name="Id">Which: a 22-character base62 id, or a user's name.</param>
/// <param name="AddedAt">Since when; null: now.</param>
public readonly record struct LibraryEntry(EntityType Type, string Id, DateTimeOffset? AddedAt = null);

/// <summary>What a library can hold.</summary>
public static class LibraryTypes
{
    /// <summary>All of it.</summary>
    public static readonly IReadOnlyList<EntityType> All =
        [EntityType.Album, EntityType.Artist, EntityType.Audiobook, EntityType.Episode, EntityType.Show, EntityType.Track, EntityType.User];

    /// <summary>Whether it can be saved by URI: all of that, and playlists, whose followers are kept with them.</summary>
    public static bool HasUris(EntityType type) => type == EntityType.Playlist || All.Contains(type);

    /// <summary>Whether it is followed, and its followers are counted.</summary>
    public static bool IsFollowed(EntityType type) => type is EntityType.Artist or EntityType.User;
}
