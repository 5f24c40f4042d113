using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Playlists;

/// <summary>The details of a playlist in a request. Missing details are null.</summary>
public sealed record PlaylistDetails(string? Name = null, bool? Public = null, bool? Collaborative = null, string? Description = null);

/// <summary>The body of a request to follow a playlist.</summary>
internal sealed record FollowRequest(bool? Public = null);

/// <summary>The body of a request to add, replace or move items.</summary>
internal sealed record ItemsRequest(
    IReadOnlyList<string?>? Uris = null,
    int? Position = null,
    int? RangeStart = null,
    int? InsertBefore = null,
    int? RangeLength = null,
    string? SnapshotId = null);

/// <summary>An item to remove: all occurrences, or those at some positions.</summary>
internal sealed record RemovedItem(string? Uri = null, IReadOnlyList<int>? Positions = null);

/// <summary>The body of a request to remove items, in <c>items</c> or in the deprecated <c>tracks</c>.</summary>
internal sealed record RemovalRequest(
    IReadOnlyList<RemovedItem?>? Items = null,
    IReadOnlyList<RemovedItem?>? Tracks = null,
    string? SnapshotId = null);

internal sealed record SnapshotResponse(string SnapshotId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(PlaylistDetails))]
[JsonSerializable(typeof(FollowRequest))]
[JsonSerializable(typeof(ItemsRequest))]
[JsonSerializable(typeof(RemovalRequest))]
[JsonSerializable(typeof(SnapshotResponse))]
[JsonSerializable(typeof(IReadOnlyList<bool>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class PlaylistJson : JsonSerializerContext;

/// <summary>A reader of the items in requests, in the formats of current and older clients.</summary>
internal static class PlaylistRequests
{
    /// <summary>Reads the body of a request for items. Some clients send an array of URIs instead of an object.</summary>
    public static ItemsRequest Items(RequestBody body)
    {
        return body.Bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..]
            ? new ItemsRequest(body.Json(PlaylistJson.Default.IReadOnlyListString))
            : body.Json(PlaylistJson.Default.ItemsRequest) ?? new ItemsRequest();
    }

    /// <summary>Returns the URIs in the query (<c>uris=a,b</c>) or else those in the body; null if there are neither.</summary>
    /// <exception cref="ApiException">400: there are too many URIs, or one is not the URI of a track or an episode.</exception>
    public static IReadOnlyList<SpotifyUri>? Uris(string? query, IReadOnlyList<string?>? body)
    {
        var uris = query is null ? body
            : string.IsNullOrWhiteSpace(query) ? []
            : query.Split(',', StringSplitOptions.TrimEntries);
        if (uris is null) return null;
        if (uris.Count > PlaylistEditor.MaxItemsOfRequest)
            throw ApiException.BadRequest($"You can add a maximum of {PlaylistEditor.MaxItemsOfRequest} items per request");
        return [.. uris.Select(Uri)];
    }

    /// <summary>Returns the items to remove.</summary>
    /// <exception cref="ApiException">400: there are no items or too many, or one is not the URI of a track or an episode.</exception>
    public static IReadOnlyList<(SpotifyUri Uri, IReadOnlyList<int>? Positions)> Removed(RemovalRequest request)
    {
        var items = request.Items ?? request.Tracks ?? throw ApiException.BadRequest("Missing required field: items");
        if (items.Count > PlaylistEditor.MaxItemsOfRequest || items.Sum(item => item?.Positions?.Count ?? 0) > PlaylistEditor.MaxItems)
            throw ApiException.BadRequest($"You can remove a maximum of {PlaylistEditor.MaxItemsOfRequest} items per request");
        return [.. items.Select(item => (Uri(item?.Uri), item?.Positions))];
    }

    private static SpotifyUri Uri(string? text) =>
        SpotifyUri.TryParse(text, out var uri) && uri.Type is EntityType.Track or EntityType.Episode
            ? uri
            : throw ApiException.BadRequest($"Invalid URI: {RequestList.Shown(text)}; a track's or an episode's is wanted");
}
