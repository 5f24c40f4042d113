using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.Playlists;

/// <summary>An item of a playlist.</summary>
/// <param name="Type">The wire name of the type: <c>track</c> or <c>episode</c>.</param>
/// <param name="PlayableId">The id of the track or episode.</param>
/// <param name="AddedAt">When the item was added.</param>
/// <param name="AddedBy">The user who added the item; empty if the user's account was removed.</param>
/// <param name="Reason">Why a generated playlist has the item; null for other playlists. Read by <see cref="PlaylistReader"/> only.</param>
internal sealed record PlaylistItem(string Type, string PlayableId, DateTimeOffset AddedAt, string AddedBy, PickReason? Reason = null)
{
    /// <summary>The URI of the track or episode.</summary>
    public string Uri => $"spotify:{Type}:{PlayableId}";

    /// <summary>Creates an item.</summary>
    public static PlaylistItem New(SpotifyUri uri, DateTimeOffset addedAt, string addedBy) =>
        new(SpotifyUri.WireName(uri.Type), uri.Id, addedAt, addedBy);

    /// <summary>Reads an item from a row of <c>PlaylistItems</c>.</summary>
    public static PlaylistItem FromRow(Row row) =>
        new(row.String("Type"), row.String("PlayableId"), row.Timestamp("AddedAt"), row.String("AddedBy"));
}
