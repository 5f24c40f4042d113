using System.Text.Json.Serialization;

namespace Spotify.Functions.Playback;

/// <summary>An authorization to play an item.</summary>
/// <param name="Url">The signed URL of the encoding.</param>
/// <param name="ExpiresAt">When the URLs expire, ISO 8601 in UTC.</param>
/// <param name="Quality">The quality granted: <c>low</c>, <c>normal</c>, <c>high</c>, <c>very_high</c> or <c>lossless</c>.</param>
/// <param name="RequestedQuality">The requested quality.</param>
/// <param name="LimitedBy"><c>PREMIUM_REQUIRED</c> if the plan does not allow the requested quality; otherwise null.</param>
/// <param name="Codec">
/// <c>vorbis</c> (Ogg), <c>aac</c> (fragmented MP4), <c>flac</c> (fragmented MP4) or <c>flac_native</c>.
/// </param>
/// <param name="BitrateKbps">The bit rate, in kbit/s.</param>
/// <param name="SizeBytes">The size of the object, in bytes.</param>
/// <param name="DurationMs">The duration, in milliseconds.</param>
/// <param name="GainDb">The gain that brings the item to -18 LUFS (ReplayGain 2.0), in dB.</param>
/// <param name="PeakDb">The true peak, in dB relative to full scale, which limits a positive gain; null if unknown.</param>
/// <param name="AlbumGainDb">The gain that brings the item's album to -18 LUFS, in dB; null if unknown.</param>
/// <param name="AlbumPeakDb">The highest true peak of the album, in dB relative to full scale; null if unknown.</param>
/// <param name="SampleRate">Samples per second of the encoding, in Hz; null if unknown.</param>
/// <param name="TotalSamples">Samples of audio in each channel, for playback without gaps; null if unknown.</param>
/// <param name="EncoderDelay">Decoded samples before the audio, which the player discards; null if unknown.</param>
/// <param name="EncoderPadding">Decoded samples after the audio, which the player discards; null if unknown.</param>
/// <param name="SeekIndexUrl">The signed URL of the object's seek index.</param>
/// <param name="Cdn">The CDN of <paramref name="Url"/>.</param>
/// <param name="Alternatives">URLs of the object on the other CDNs, the best first.</param>
/// <param name="Prefetch">The next items of the context that the listener may play.</param>
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
    double? PeakDb,
    double? AlbumGainDb,
    double? AlbumPeakDb,
    int? SampleRate,
    long? TotalSamples,
    int? EncoderDelay,
    int? EncoderPadding,
    string SeekIndexUrl,
    string Cdn,
    IReadOnlyList<AlternativeObject> Alternatives,
    IReadOnlyList<PrefetchObject> Prefetch);

/// <summary>The same object on another CDN.</summary>
public sealed record AlternativeObject(string Cdn, string Url);

/// <summary>An authorization to play one of the next items, with the same members as <see cref="PlaybackObject"/>.</summary>
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
    double? PeakDb,
    double? AlbumGainDb,
    double? AlbumPeakDb,
    int? SampleRate,
    long? TotalSamples,
    int? EncoderDelay,
    int? EncoderPadding,
    string SeekIndexUrl);

/// <summary>A client's report that it could not fetch a URL.</summary>
/// <param name="Url">The URL, exactly as in the response.</param>
/// <param name="Status">The HTTP status of the failed request; null if there was no response.</param>
public sealed record FailureObject(string? Url, int? Status);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlaybackObject))]
[JsonSerializable(typeof(FailureObject))]
internal sealed partial class PlaybackJson : JsonSerializerContext;
