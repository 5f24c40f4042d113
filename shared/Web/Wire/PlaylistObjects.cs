using System.Text.Json.Serialization;

namespace Spotify.Web.Wire;

public sealed record PlaylistOwnerObject(
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    string Type,
    string Uri,
    string? DisplayName);

public sealed record PlaylistUserObject(ExternalUrlObject ExternalUrls, string Href, string Id, string Type, string Uri);

public sealed record PlaylistTracksRefObject(string Href, int Total);

// Item and Track are a TrackObject or an EpisodeObject, or null if the catalog no longer has it. AddedBy is null if the user's account was
// removed.
public sealed record PlaylistTrackObject(
    string AddedAt,
    PlaylistUserObject? AddedBy,
    bool IsLocal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] object? Item,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] object? Track,
    PickReasonObject? Reason = null);

// Additions to the Web API: why a generated playlist has an item. Uri is that of a track or an artist.
public sealed record PickReasonObject(string Type, string? Uri, string? Genre, string? Market, string Text);

// Surface and GeneratedAt are additions to the Web API, for generated playlists.
public record SimplifiedPlaylistObject(
    bool Collaborative,
    string Description,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    string Name,
    PlaylistOwnerObject Owner,
    bool Public,
    string SnapshotId,
    PlaylistTracksRefObject Items,
    PlaylistTracksRefObject Tracks,
    string Type,
    string Uri,
    string? Surface = null,
    string? GeneratedAt = null);

public record PlaylistObject(
    bool Collaborative,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Description,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    string Name,
    PlaylistOwnerObject Owner,
    bool Public,
    string SnapshotId,
    PagingObject<PlaylistTrackObject> Items,
    PagingObject<PlaylistTrackObject> Tracks,
    string Type,
    string Uri,
    FollowersObject Followers,
    string? Surface = null,
    string? GeneratedAt = null);
