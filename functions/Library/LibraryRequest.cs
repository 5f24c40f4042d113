using System.Text.Json;
using Spotify.Domain;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Library;

/// <summary>What to save, remove or look for, as requests carry it.</summary>
internal static class LibraryRequest
{
    /// <summary>The most ids in a request.</summary>
    public const int MostIds = 50;

    /// <summary>The most URIs in a request.</summary>
    public const int MostUris = 40;

    /// <summary>Ids of one type, in the query or the body.</summary>
    /// <exception cref="ApiException">400: there are none, too many, or one does not have the form of an id.</exception>
    public static async Task<IReadOnlyList<LibraryEntry>> IdsAsync(EntityType type, HttpContext context) =>
        Entries(type, await RequestList.ReadAsync(context, "ids", MostIds));

    /// <summary>Ids of one type, in the query.</summary>
    /// <exception cref="ApiException">400: there are none, too many, or one does not have the form of an id.</exception>
    public static IReadOnlyList<LibraryEntry> IdsOfQuery(EntityType type, HttpContext context) =>
        Entries(type, RequestList.FromQuery(context, "ids", MostIds));

    /// <summary>Ids of tracks: those with times (<c>timestamped_ids</c>) go before all others.</summary>
    /// <exception cref="ApiException">400: there are none, too many, or one does not have the form of an id or a time.</exception>
    public static async Task<IReadOnlyList<LibraryEntry>> TimedIdsAsync(EntityType type, HttpContext context)
    {
        var body = (await RequestBody.ReadAsync(context)).Json();
        if (body is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty("timestamped_ids", out var timed)) return Timed(type, timed);
        return Entries(type, RequestList.HasQuery(context, "ids") ? RequestList.FromQuery(context, "ids", MostIds) : RequestList.FromBody(body, "ids", MostIds));
    }

    /// <summary>URIs, in the query or the body.</summary>
    /// <exception cref="ApiException">400: there are none, too many, or one is not the URI of something a library can hold.</exception>
    public static async Task<IReadOnlyList<LibraryEntry>> UrisAsync(HttpContext context) => Entries(await RequestList.ReadAsync(context, "uris", MostUris));

    /// <summary>URIs, in the query.</summary>
    /// <exception cref="ApiException">400: there are none, too many, or one is not the URI of something a library can hold.</exception>
    public static IReadOnlyList<LibraryEntry> UrisOfQuery(HttpContext context) => Entries(RequestList.FromQuery(context, "uris", MostUris));

    private static LibraryEntry[] Entries(EntityType type, IReadOnlyList<string> ids) => [.. ids.Select(id => Entry(type, id))];

    private static LibraryEntry Entry(EntityType type, string id, DateTimeOffset? addedAt = null) =>
        new(type, RequestIds.Require(id, type, "ids"), addedAt);

    private static LibraryEntry[] Entries(IReadOnlyList<string> uris) => [.. uris.Select(text =>
        !SpotifyUri.TryParse(text, out var uri) || (uri.Type == EntityType.User && !User.IsValidId(uri.Id))
            ? throw ApiException.BadRequest($"Invalid URI in uris: {RequestList.Shown(text)}")
            : LibraryTypes.HasUris(uri.Type)
                ? new LibraryEntry(uri.Type, uri.Id)
                : throw ApiException.BadRequest($"Unsupported URI in uris: {RequestList.Shown(text)}"))];

    private static LibraryEntry[] Timed(EntityType type, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) throw ApiException.BadRequest("Invalid timestamped_ids: a list of objects is wanted");
        if (list.GetArrayLength() > MostIds) throw ApiException.BadRequest($"Too many timestamped_ids requested: at most {MostIds}");
        return [.. list.EnumerateArray().Select((entry, i) =>
            entry.ValueKind == JsonValueKind.Object
            && entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && entry.TryGetProperty("added_at", out var addedAt) && addedAt.ValueKind == JsonValueKind.String && TryReadTime(addedAt, out var time)
                ? Entry(type, id.GetString()!, time)
                : throw ApiException.BadRequest($"Invalid timestamped_ids: entry {i} needs an id and an added_at such as 2023-01-15T14:30:00Z"))];
    }

    // A time that names no zone is in UTC, not in the machine's.
    private static bool TryReadTime(JsonElement text, out DateTimeOffset time)
    {
        time = default;
        if (!text.TryGetDateTime(out var local)) return false;
        if (local.Kind != DateTimeKind.Unspecified) return text.TryGetDateTimeOffset(out time);
        time = new DateTimeOffset(local, TimeSpan.Zero);
        return true;
    }
}
