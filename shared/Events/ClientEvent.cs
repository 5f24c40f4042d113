using System.Text.Json.Serialization;

namespace Spotify.Events;

/// <summary>The types of events that apps report.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EventType>))]
public enum EventType
{
    [JsonStringEnumMemberName("stream_start")] StreamStart,
    [JsonStringEnumMemberName("stream_progress")] StreamProgress,
    [JsonStringEnumMemberName("stream_end")] StreamEnd,
    [JsonStringEnumMemberName("skip")] Skip,
    [JsonStringEnumMemberName("save")] Save,
    [JsonStringEnumMemberName("playlist_add")] PlaylistAdd,
    [JsonStringEnumMemberName("search")] Search,
    [JsonStringEnumMemberName("impression")] Impression,
    [JsonStringEnumMemberName("fetch_failure")] FetchFailure,
    [JsonStringEnumMemberName("ad_impression")] AdImpression,
    [JsonStringEnumMemberName("ui")] Ui,
}

/// <summary>The reasons why a stream ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EndReason>))]
public enum EndReason
{
    [JsonStringEnumMemberName("completed")] Completed,
    [JsonStringEnumMemberName("skipped")] Skipped,
    [JsonStringEnumMemberName("error")] Error,
}

/// <summary>An event that an app reported, after validation.</summary>
/// <param name="Id">The id, made by the client, unique among the events of the user. 1 to 64 characters.</param>
/// <param name="Type">The type.</param>
/// <param name="Timestamp">When the event happened, by the server's clock.</param>
public sealed record ClientEvent(string Id, EventType Type, DateTimeOffset Timestamp)
{
    /// <summary>The URI of the entity that the event concerns, such as <c>spotify:track:…</c>; null if the type does not need it.</summary>
    public string? Uri { get; init; }

    /// <summary>The duration that was heard, in milliseconds, without pauses; null if the type does not need it.</summary>
    public long? PlayedMs { get; init; }

    /// <summary>The duration of the track, episode or chapter, in milliseconds; null if unknown.</summary>
    public long? DurationMs { get; init; }

    /// <summary>
    /// The position in the track, episode or chapter at which a stream ended, in milliseconds; null if unknown, and for other types.
    /// </summary>
    public long? PositionMs { get; init; }

    /// <summary>The reason why a stream ended; null for other types.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>Where the stream was started, such as <c>spotify:playlist:…</c>; null if unknown.</summary>
    public string? ContextUri { get; init; }

    /// <summary>The device, as named by the app. Up to 64 characters; null if unknown.</summary>
    public string? DeviceId { get; init; }

    /// <summary>
    /// Whether the stream was played without a connection, on a registered device (<see cref="DeviceId"/>) that has a license.
    /// </summary>
    [JsonPropertyName("offline")]
    public bool IsOffline { get; init; }

    /// <summary>Whether the event must never be dropped: starts and ends of streams, and ad impressions, which are billed.</summary>
    [JsonIgnore]
    public bool IsPlayback => IsPlaybackType(Type);

    /// <summary>Returns whether events of a type must never be dropped.</summary>
    public static bool IsPlaybackType(EventType type) => type is EventType.StreamStart or EventType.StreamEnd or EventType.AdImpression;
}
