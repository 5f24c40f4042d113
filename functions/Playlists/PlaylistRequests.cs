using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Playlists;

/// <summary>The details of a playlist that a request gives; null: not given.</summary>
public sealed record PlaylistDetails(string? Name = null, bool? Public = null, bool? Collaborative = null, string? Description = null);

/// <summary>How a playlist is to be followed.</summary>
internal sealed record FollowRequest(bool? Public = null);

/// <summary>Items to be added, put in the place of others, or moved.</summary>
internal sealed record ItemsRequest(
    IReadOnlyList<string?>? Uris = null,
    int? Position = null,
    int? RangeStart = null,
    int? InsertBefore = null,
    int? RangeLength = null,
    string? SnapshotId = null);

/// <summary>An item to be removed: everywhere, or at some positions.</summary>
internal sealed record RemovedItem(string? Uri = null, IReadOnlyList<int>? Positions = null);

/// <summary>Items to be removed, by the name of today and the one before.</summary>
internal sealed record RemovalRequest(IReadOnlyList<RemovedItem?>? Items = null, IReadOnlyList<RemovedItem?>? Tracks = null, string? SnapshotId = null);

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

/// <summary>Reads what the requests of clients old and new have in common.</summary>
internal static class PlaylistRequests
{
    private const string Spaces = " \t\r\n";

    /// <summary>The items of a request; some clients send the URIs alone, as an array.</summary>
    public static ItemsRequest Items(RequestBody body)
    {
        if (body.Bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..]) return new ItemsRequest(body.Json(PlaylistJson.Default.IReadOnlyListString));
        return body.Json(PlaylistJson.Default.ItemsRequest) ?? new ItemsRequest();
    }

    /// <summary>The URIs of <c>uris=a,b</c>, which go before those of the body; null where there are neither.</summary>
    /// <exception cref="ApiException">400: there are too many, or one is not the URI of a track or an episode.</exception>
    public static IReadOnlyList<SpotifyUri>? Uris(string? query, IReadOnlyList<string?>? body)
    {
        var uris = query is null ? body : query.Trim(Spaces.ToCharArray()).Length == 0 ? [] : query.Split(',', StringSplitOptions.TrimEntries);
        if (uris is null) return null;
        if (uris.Count > PlaylistEditor.MaxItemsOfRequest) throw ApiException.BadRequest($"You can add a maximum of {PlaylistEditor.MaxItemsOfRequest} items per request");
        return [.. uris.Select(Uri)];
    }

    /// <summary>The items of a removal.</summary>
    /// <exception cref="ApiException">400: there are none, too many, or one is not the URI of a track or an episode.</exception>
    public static IReadOnlyList<(SpotifyUri Uri, IReadOnlyList<int>? Positions)> Removed(RemovalRequest request)
    {
        var items = request.Items ?? request.Tracks ?? throw ApiException.BadRequest("Missing required field: items");
        if (items.Count > PlaylistEditor.MaxItemsOfRequest || items.Sum(item => item?.Positions?.Count ?? 0) > PlaylistEditor.MaxItems)
            throw ApiException.BadRequest($"You can remove a maximum of {PlaylistEditor.MaxItemsOfRequest} items per request");
        return [.. items.Select(item => (Uri(item?.Uri), item?.Positions))];
    }

    private static SpotifyUri Uri(string? text) => SpotifyUri.TryParse(text, out var uri) && uri.Type is EntityType.Track or EntityType.Episode
        ? uri
        : throw ApiException.BadRequest($"Invalid URI: {RequestList.Shown(text)}; a track's or an episode's is wanted");
}
