using System.Text.Json.Serialization;

namespace Spotify.Functions.Playback;

/// <summary>Leave to fetch an encoding.</summary>
/// <param name="Url">Where it is, signed.</param>
/// <param name="ExpiresAt">Until when the URLs are good, ISO 8601 in UTC.</param>
/// <param name="Quality">The quality granted: <c>low</c>, <c>normal</c>, <c>high</c>, <c>very_high</c> or <c>lossless</c>.</param>
/// <param name="RequestedQuality">The quality asked for.</param>
/// <param name="LimitedBy">Why it is less than asked for, if the plan is why: <c>PREMIUM_REQUIRED</c>.</param>
/// <param name="Codec"><c>vorbis</c> (Ogg), <c>aac</c> (fragmented MP4) or <c>flac</c>.</param>
/// <param name="BitrateKbps">The bit rate, kbit/s.</param>
/// <param name="SizeBytes">The size of the whole object.</param>
/// <param name="DurationMs">How long it plays.</param>
/// <param name="GainDb">What to add to bring it to -18 LUFS (ReplayGain 2.0), in dB.</param>
/// <param name="SeekIndexUrl">Where the object's seek index is, signed.</param>
/// <param name="Cdn">The CDN of <paramref name="Url"/>.</param>
/// <param name="Alternatives">The same object on the other CDNs, the best first.</param>
/// <param name="Prefetch">The next of the context that the listener may play.</param>
public sealed record PlaybackObject(
    string Url,
    string ExpiresAt,
    string Quality,
    string RequestedQuality,
    string? LimitedBy,
    string Codec,
    int BitrateKbps,
    long SizeBytes,
    int DurationMs,
    double GainDb,
    string SeekIndexUrl,
    string Cdn,
    IReadOnlyList<AlternativeObject> Alternatives,
    IReadOnlyList<PrefetchObject> Prefetch);

/// <summary>The same object on another CDN.</summary>
public sealed record AlternativeObject(string Cdn, string Url);

/// <summary>What is to be played next, in the form of <see cref="PlaybackObject"/>.</summary>
public sealed record PrefetchObject(
    string Id,
    string Uri,
    string Url,
    string Quality,
    string Codec,
    int BitrateKbps,
    long SizeBytes,
    int DurationMs,
    double GainDb,
    string SeekIndexUrl);

/// <summary>A client's word that a URL it was given could not be fetched.</summary>
/// <param name="Url">The URL, as it was given.</param>
/// <param name="Status">The HTTP status that came back; null if none did.</param>
public sealed record FailureObject(string? Url, int? Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlaybackObject))]
[JsonSerializable(typeof(FailureObject))]
internal sealed partial class PlaybackJson : JsonSerializerContext;
