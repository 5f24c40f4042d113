namespace Spotify.Functions.Playlists;

/// <summary>A playlist without its items.</summary>
/// <param name="Id">The playlist's id.</param>
/// <param name="OwnerId">The owner's user id.</param>
/// <param name="OwnerName">The owner's display name.</param>
/// <param name="Name">The name.</param>
/// <param name="Description">The description; may be empty.</param>
/// <param name="Public">Whether everyone may see the playlist.</param>
/// <param name="Collaborative">Whether followers may change its items.</param>
/// <param name="Version">The version, from 1; each change of the playlist increments it.</param>
/// <param name="Items">The number of items.</param>
/// <param name="Followers">The number of followers, without the owner; 0 for a playlist in a list, which does not show it.</param>
/// <param name="ImageId">The catalog image that the playlist was created with; null if there is none.</param>
/// <param name="Cover">The cover that the owner uploaded; null if there is none.</param>
/// <param name="Surface">The surface of a generated playlist; null for other playlists.</param>
/// <param name="GeneratedAt">When it was generated last; null for other playlists.</param>
internal sealed record PlaylistSummary(
    string Id,
    string OwnerId,
    string OwnerName,
    string Name,
    string Description,
    bool Public,
    bool Collaborative,
    long Version,
    int Items,
    long Followers,
    string? ImageId,
    PlaylistCover? Cover,
    string? Surface = null,
    DateTimeOffset? GeneratedAt = null);

/// <summary>A cover that the owner of a playlist uploaded.</summary>
/// <param name="ImageId">The image's id.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels; null if unknown.</param>
internal sealed record PlaylistCover(string ImageId, int Width, int? Height);
