using System.Text.Json;
using Spotify.Domain;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Library;

/// <summary>A reader of the ids and URIs of items to save, remove or look up from requests.</summary>
internal static class LibraryRequest
{
    /// <summary>The maximum number of URIs in a request.</summary>
    public const int MaxUris = 40;

    private const string TimedIds = "timestamped_ids";

    /// <summary>Describes a list that is read from the query only.</summary>
    public static RouteHandlerBuilder WithList(this RouteHandlerBuilder endpoint, string name) =>
        endpoint.WithMetadata(new RequestParameter(name, typeof(string), $"The {name}, separated by commas."));

    /// <summary>Describes a list that is read from the query or the body.</summary>
    public static RouteHandlerBuilder WithList<TBody>(this RouteHandlerBuilder endpoint, string name) =>
        endpoint.WithList(name).WithBody<TBody>();

    /// <summary>Reads ids of one type from the query or the body.</summary>
    /// <exception cref="ApiException">400: there are no ids or too many, or an id is invalid.</exception>
    public static async Task<IReadOnlyList<LibraryEntry>> IdsAsync(EntityType type, HttpContext context) =>
        Entries(type, await RequestList.ReadAsync(context, "ids", RequestIds.MaxIds));

    /// <summary>Reads ids of one type from the query.</summary>
    /// <exception cref="ApiException">400: there are no ids or too many, or an id is invalid.</exception>
    public static IReadOnlyList<LibraryEntry> IdsOfQuery(EntityType type, HttpContext context) =>
        Entries(type, RequestList.FromQuery(context, "ids", RequestIds.MaxIds));

    /// <summary>
    /// Reads ids with times (<c>timestamped_ids</c>) from the body. If it has none, reads ids from the query or the body.
    /// </summary>
    /// <exception cref="ApiException">400: there are no ids or too many, or an id or a time is invalid.</exception>
    public static async Task<IReadOnlyList<LibraryEntry>> TimedIdsAsync(EntityType type, HttpContext context)
    {
        var body = (await RequestBody.ReadAsync(context)).Json();
        return body is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(TimedIds, out var timed)
            ? Timed(type, timed)
            : await IdsAsync(type, context);
    }

    /// <summary>Reads URIs from the query or the body.</summary>
    /// <exception cref="ApiException">
    /// 400: there are no URIs or too many, or a URI is invalid or of a type that cannot be saved.
    /// </exception>
    public static async Task<IReadOnlyList<LibraryEntry>> UrisAsync(HttpContext context) =>
        Entries(await RequestList.ReadAsync(context, "uris", MaxUris));

    /// <summary>Reads URIs from the query.</summary>
    /// <exception cref="ApiException">
    /// 400: there are no URIs or too many, or a URI is invalid or of a type that cannot be saved.
    /// </exception>
    public static IReadOnlyList<LibraryEntry> UrisOfQuery(HttpContext context) =>
        Entries(RequestList.FromQuery(context, "uris", MaxUris));

    private static LibraryEntry[] Entries(EntityType type, IReadOnlyList<string> ids) => [.. ids.Select(id => Entry(type, id))];

    private static LibraryEntry[] Entries(IReadOnlyList<string> uris) => [.. uris.Select(Entry)];

    private static LibraryEntry Entry(EntityType type, string id) => new(type, RequestIds.Require(id, type, "ids"));

    private static LibraryEntry Entry(string text)
    {
        if (!SpotifyUri.TryParse(text, out var uri) || (uri.Type == EntityType.User && !User.IsValidId(uri.Id)))
            throw ApiException.BadRequest($"Invalid URI in uris: {RequestList.Shown(text)}");
        return LibraryTypes.HasUris(uri.Type)
            ? new LibraryEntry(uri.Type, uri.Id)
            : throw ApiException.BadRequest($"Unsupported URI in uris: {RequestList.Shown(text)}");
    }

    private static LibraryEntry[] Timed(EntityType type, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw ApiException.BadRequest($"Invalid {TimedIds}: a list of objects is wanted");
        if (list.GetArrayLength() > RequestIds.MaxIds)
            throw ApiException.BadRequest($"Too many {TimedIds} requested: at most {RequestIds.MaxIds}");
        return [.. list.EnumerateArray().Select((entry, index) => Timed(type, entry, index))];
    }

    private static LibraryEntry Timed(EntityType type, JsonElement entry, int index)
    {
        if (entry.ValueKind == JsonValueKind.Object
            && entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && entry.TryGetProperty("added_at", out var addedAt) && addedAt.ValueKind == JsonValueKind.String
            && TryReadTime(addedAt, out var time))
            return Entry(type, id.GetString()!) with { AddedAt = time };
        throw ApiException.BadRequest($"Invalid {TimedIds}: entry {index} needs an id and an added_at such as 2023-01-15T14:30:00Z");
    }

    // A time without a time zone is UTC, not local time.
    private static bool TryReadTime(JsonElement text, out DateTimeOffset time)
    {
        time = default;
        if (!text.TryGetDateTime(out var local)) return false;
        if (local.Kind != DateTimeKind.Unspecified) return text.TryGetDateTimeOffset(out time);
        time = new DateTimeOffset(local, TimeSpan.Zero);
        return true;
    }
}
