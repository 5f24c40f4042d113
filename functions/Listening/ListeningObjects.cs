using System.Text.Json.Serialization;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening;

/// <summary>A page of the tracks that a user has played. <c>Next</c> is null on the last page.</summary>
public sealed record RecentlyPlayedObject(
    string Href,
    int Limit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next,
    PlayCursorsObject Cursors,
    IReadOnlyList<PlayHistoryObject> Items);

/// <summary>The cursors of the pages with newer and older plays, in milliseconds since 1970; left out if the page has no plays.</summary>
public sealed record PlayCursorsObject(string? After, string? Before);

/// <summary>A played track. The context is null if it is unknown.</summary>
public sealed record PlayHistoryObject(
    TrackObject Track, string PlayedAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ContextObject? Context);

/// <summary>Where a track was played from.</summary>
public sealed record ContextObject(string Type, string Href, ExternalUrlObject ExternalUrls, string Uri);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecentlyPlayedObject))]
internal sealed partial class ListeningJson : JsonSerializerContext;
