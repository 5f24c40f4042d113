using System.Text.Json.Serialization;
using Spotify.Audio;
using Spotify.Domain;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>A page of a sync.</summary>
/// <param name="Changes">The changes: drops, renewals, and what to fetch.</param>
/// <param name="Evict">What to remove to make room; empty unless the request tells the free space.</param>
/// <param name="Cursor">The cursor of the next request, which acknowledges this page.</param>
/// <param name="More">Whether the next request is due at once, because the sync has more pages.</param>
/// <param name="Full">Whether the sync shows everything that the device is to have, so that the device drops the rest.</param>
/// <param name="LimitedBy">
/// Why there are no renewals, <c>PREMIUM_REQUIRED</c> or <c>DEVICE_CONFLICT</c>; or <c>DEVICE_FULL</c> if items of playlists do not fit.
/// </param>
internal sealed record SyncObject(
    IReadOnlyList<SyncChange> Changes, IReadOnlyList<EvictionObject> Evict, string Cursor, bool More, bool Full, string? LimitedBy);

/// <summary>A change of what a device has.</summary>
/// <param name="Op">
/// <c>drop</c>: delete it. <c>renew</c>: its license ends soon. <c>fetch</c>: get a license if the change has no object, or if the device
/// does not have the license with the serial number; then download the object if the device does not have it.
/// </param>
/// <param name="Uri">The track, episode or chapter.</param>
internal sealed record SyncChange(string Op, string Uri) : IComparable<SyncChange>
{
    /// <summary>The priority among renewals and downloads: those with a greater one come first.</summary>
    public int? Priority { get; init; }

    /// <summary>The name of the licensed object; null if another license is needed first.</summary>
    public string? Object { get; init; }

    /// <summary>The size of the encrypted object, in bytes; null if unknown.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The serial number of the newest license with the item.</summary>
    public long? Serial { get; init; }

    /// <summary>When that license ends for the item.</summary>
    public string? ExpiresAt { get; init; }

    /// <summary>
    /// <c>AUDIO_CHANGED</c> if the object on the device is to be replaced; or why there is no license: that of a refused license.
    /// </summary>
    public string? Reason { get; init; }

    private int Rank => Op switch { "drop" => 0, "renew" => 1, _ => 2 };

    /// <summary>Returns a drop.</summary>
    public static SyncChange Drop(SpotifyUri uri, string? reason) => new("drop", uri.ToString()) { Reason = reason };

    /// <inheritdoc/>
    public int CompareTo(SyncChange? other)
    {
        if (other is null) return 1;
        if (Rank != other.Rank) return Rank.CompareTo(other.Rank);
        if (Priority != other.Priority) return Nullable.Compare(other.Priority, Priority);
        if (SizeBytes != other.SizeBytes) return (SizeBytes ?? long.MaxValue).CompareTo(other.SizeBytes ?? long.MaxValue);
        return string.CompareOrdinal(Uri, other.Uri);
    }
}

/// <summary>An item or a playlist that a device might remove.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Reason"><c>unplayed</c>, <c>unfollowed</c> or <c>least_recently_used</c>.</param>
/// <param name="SizeBytes">The size of the object, in bytes; left out for playlists.</param>
internal sealed record EvictionObject(string Uri, string Reason, long? SizeBytes);

/// <summary>The estimated sizes of downloads.</summary>
/// <param name="Estimates">The estimates.</param>
/// <param name="Missing">The URIs that do not exist, or that the listener may not see.</param>
internal sealed record EstimatesObject(IReadOnlyList<EstimateObject> Estimates, IReadOnlyList<string> Missing);

/// <summary>The estimated size of a download.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Tracks">The number of tracks, episodes and chapters.</param>
/// <param name="DurationMs">Their duration.</param>
/// <param name="SizeBytes">The size by quality.</param>
internal sealed record EstimateObject(string Uri, long Tracks, long DurationMs, IReadOnlyDictionary<string, long> SizeBytes)
{
    /// <summary>Returns the estimate for content.</summary>
    public static EstimateObject Of(SpotifyUri uri, SizeEstimates.Content content, Codec codec) => new(
        uri.ToString(),
        content.Tracks,
        (long)content.DurationMs,
        Enum.GetValues<AudioQuality>().ToDictionary(
            quality => quality.WireName, quality => SizeEstimates.SizeOf(content, quality, codec), StringComparer.Ordinal));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SyncObject))]
[JsonSerializable(typeof(EstimatesObject))]
internal sealed partial class SyncJson : JsonSerializerContext;
