using System.Text.Json.Serialization;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Player.Commands;

/// <summary>The body of a request to start or resume playback.</summary>
/// <param name="ContextUri">The context to play.</param>
/// <param name="Uris">The items to play, up to <see cref="PlayerLimits.MaxUris"/>.</param>
/// <param name="Offset">The item to start with.</param>
/// <param name="PositionMs">The position to start at.</param>
internal sealed record PlayBody(
    string? ContextUri = null, IReadOnlyList<string?>? Uris = null, OffsetBody? Offset = null, long? PositionMs = null);

/// <summary>The item to start with: its index or its URI.</summary>
internal sealed record OffsetBody(long? Position = null, string? Uri = null);

/// <summary>The body of a request to transfer playback.</summary>
/// <param name="DeviceIds">The device: one.</param>
/// <param name="Play">Whether to play; null for no change.</param>
internal sealed record TransferBody(IReadOnlyList<string?>? DeviceIds = null, bool? Play = null);

/// <summary>The body of a request to replace the queue.</summary>
/// <param name="Uris">The new items, up to <see cref="PlayerLimits.MaxQueue"/>.</param>
internal sealed record QueueBody(IReadOnlyList<string?>? Uris = null);

/// <summary>A request to start or resume playback whose format is valid.</summary>
/// <param name="Context">The context to play; null for <paramref name="Uris"/>, or to resume.</param>
/// <param name="Uris">The items to play; null for <paramref name="Context"/>, or to resume.</param>
/// <param name="Offset">The place to start at; null for the beginning.</param>
/// <param name="PositionMs">The position to start at; null for that of the player or the resume point.</param>
internal sealed record PlayRequest(PlayContext? Context, IReadOnlyList<string>? Uris, ContextOffset? Offset, long? PositionMs)
{
    private const string ContextWanted =
        "an album, artist, audiobook, playlist, show or the listener's own collection is wanted";

    /// <summary>Whether the player goes on with the item that it has.</summary>
    public bool IsResume => Context is null && Uris is null;

    /// <summary>Parses a body.</summary>
    /// <exception cref="ApiException">400: a member is invalid, or members contradict each other.</exception>
    public static PlayRequest Of(PlayBody body, string userId)
    {
        if (body is { ContextUri: not null, Uris: not null }) throw ApiException.BadRequest("Give context_uri or uris, but not both");
        if (body.Offset is not null && body is { ContextUri: null, Uris: null })
            throw ApiException.BadRequest("Invalid offset: it needs a context_uri or uris");
        if (body.PositionMs < 0) throw ApiException.BadRequest("Invalid position_ms: 0 or more milliseconds are wanted");
        PlayContext? context = null;
        if (body.ContextUri is { } uri && !PlayContext.TryParse(uri, userId, out context))
            throw ApiException.BadRequest($"Invalid context_uri: {RequestList.Shown(uri)}; {ContextWanted}");
        var uris = body.Uris is null ? null : Items(body.Uris, PlayerLimits.MaxUris);
        if (uris is { Count: 0 }) throw ApiException.BadRequest("Invalid uris: the list is empty");
        return new PlayRequest(context, uris, OffsetOf(body.Offset), body.PositionMs);
    }

    /// <summary>Returns a list of URIs of tracks, episodes and chapters.</summary>
    /// <exception cref="ApiException">400: the list is too long, or an entry is invalid.</exception>
    public static IReadOnlyList<string> Items(IReadOnlyList<string?> uris, int max) => uris.Count <= max
        ? [.. uris.Select(uri => Item(uri, "uris"))]
        : throw ApiException.BadRequest($"Too many uris: at most {max}");

    /// <summary>Returns the URI of a track, episode or chapter.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="name">The name of the parameter, for the error.</param>
    /// <exception cref="ApiException">400: the URI is invalid.</exception>
    public static string Item(string? uri, string name) =>
        SpotifyUri.TryParse(uri, out var parsed) && parsed.Type is EntityType.Track or EntityType.Episode or EntityType.Chapter
            ? uri!
            : throw ApiException.BadRequest(
                $"Invalid {name}: {RequestList.Shown(uri)}; the URI of a track, episode or chapter is wanted");

    private static ContextOffset? OffsetOf(OffsetBody? offset)
    {
        switch (offset)
        {
            case null or { Position: null, Uri: null }:
                return null;
            case { Position: not null, Uri: not null }:
                throw ApiException.BadRequest("Invalid offset: give position or uri, but not both");
            case { Position: { } position }:
                if (position is < 0 or > PageRequest.MaxOffset)
                    throw ApiException.BadRequest($"Invalid offset.position: 0 to {PageRequest.MaxOffset} is wanted");
                return new ContextOffset.Position((int)position);
            default:
                var uri = Item(offset.Uri, "offset.uri");
                return SpotifyUri.TryParse(uri, out var item) ? new ContextOffset.Item(item.Id) : null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlayBody))]
[JsonSerializable(typeof(TransferBody))]
[JsonSerializable(typeof(QueueBody))]
internal sealed partial class CommandJson : JsonSerializerContext;
