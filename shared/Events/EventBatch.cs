using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;

namespace Spotify.Events;

/// <summary>
/// The body of a message of the topics <c>playback-events</c> and <c>telemetry-events</c>: the accepted events of one request, or the
/// changes of one write to the library or a playlist.
/// </summary>
/// <param name="UserId">The user.</param>
/// <param name="Country">The country by the user's token, for users without a row; null if unknown.</param>
/// <param name="ReceivedAt">When the request was received.</param>
public sealed record EventBatch(string UserId, string? Country, DateTimeOffset ReceivedAt)
{
    /// <summary>The plan by the user's token, for users without a row.</summary>
    public Product Product { get; init; }

    /// <summary>The app that reported the events; null for changes.</summary>
    public string? AppId { get; init; }

    /// <summary>The events, up to 500, in the order of the request. May include an event more than once.</summary>
    public IReadOnlyList<ClientEvent> Events { get; init; } = [];

    /// <summary>The changes that the server itself has made.</summary>
    public IReadOnlyList<LibraryChange> Changes { get; init; } = [];
}

/// <summary>The kinds of changes that show taste.</summary>
public enum LibraryChangeKind
{
    /// <summary>The user saved or followed the entity.</summary>
    Saved,

    /// <summary>The user removed the entity from the library.</summary>
    Removed,

    /// <summary>The user added the track or episode to a playlist.</summary>
    AddedToPlaylist,
}

/// <summary>A change of the library or of a playlist.</summary>
/// <param name="Id">An id that is the same when the write is repeated.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Uri">The entity.</param>
/// <param name="At">When the change was made.</param>
public sealed record LibraryChange(string Id, LibraryChangeKind Kind, string Uri, DateTimeOffset At)
{
    /// <summary>The playlist; null for changes of the library.</summary>
    public string? PlaylistUri { get; init; }

    /// <summary>Returns the change that added an item to the library.</summary>
    /// <param name="uri">The item.</param>
    /// <param name="addedAt">The time with which the library has the item.</param>
    public static LibraryChange Save(SpotifyUri uri, DateTimeOffset addedAt) =>
        new(IdOf(LibraryChangeKind.Saved, uri, addedAt), LibraryChangeKind.Saved, uri.ToString(), addedAt);

    /// <summary>Returns the change that removes an item from the library.</summary>
    /// <param name="uri">The item.</param>
    /// <param name="addedAt">The time with which the library has the item.</param>
    /// <param name="now">The current time.</param>
    public static LibraryChange Remove(SpotifyUri uri, DateTimeOffset addedAt, DateTimeOffset now) =>
        new(IdOf(LibraryChangeKind.Removed, uri, addedAt), LibraryChangeKind.Removed, uri.ToString(), now);

    /// <summary>Returns the change that added an item to a playlist.</summary>
    /// <param name="uri">The item.</param>
    /// <param name="playlistId">The playlist.</param>
    /// <param name="snapshotId">The snapshot that has the item.</param>
    /// <param name="now">The current time.</param>
    public static LibraryChange AddToPlaylist(SpotifyUri uri, string playlistId, string snapshotId, DateTimeOffset now) =>
        new(SpotifyId.FromName($"{snapshotId} {uri}"), LibraryChangeKind.AddedToPlaylist, uri.ToString(), now)
        {
            PlaylistUri = new SpotifyUri(EntityType.Playlist, playlistId).ToString(),
        };

    // Without the user's id, because the warehouse has no data that leads to users. Ids are unique among the events of a user only.
    private static string IdOf(LibraryChangeKind kind, SpotifyUri uri, DateTimeOffset addedAt) =>
        SpotifyId.FromName($"{kind} {uri} {Instant.ToMicroseconds(addedAt)}");
}
