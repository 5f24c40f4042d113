using Spotify.Audio;
using Spotify.Domain;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Playback;
using Spotify.Licensing;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>An item that the listener may play offline, and the encoding for the device.</summary>
/// <param name="Item">The item.</param>
/// <param name="Format">The quality and codecs asked for.</param>
/// <param name="Encoding">The encoding.</param>
/// <param name="Content">The item in the contents of a request; null in a renewal.</param>
internal sealed record LicenseCandidate(PlaybackItem Item, OfflineFormat Format, AudioEncoding Encoding, ContentEntry? Content)
{
    /// <summary>The encrypted copy of the encoding; null if there is none yet of the item's revision with a known master key.</summary>
    public EncryptedObject? Copy { get; init; }

    /// <summary>Returns a candidate, or the reason why there is no license of the item.</summary>
    /// <param name="item">The item; null if the catalog no longer has it.</param>
    /// <param name="format">The quality and codecs asked for.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="now">The time, in whole seconds.</param>
    /// <param name="content">The item in the contents of a request; null in a renewal.</param>
    public static (LicenseCandidate? Candidate, string? Refusal) Choose(
        PlaybackItem? item, OfflineFormat format, PlaybackListener listener, DateTimeOffset now, ContentEntry? content)
    {
        if (item is null) return (null, "NOT_FOUND");
        if (listener.Refusal(item, now) is { } reason) return (null, reason);
        var choice = EncodingChoice.Choose(item.Encodings, format.Quality, format.Codecs, listener.Product);
        if (choice is not { Encoding: { SizeBytes: > 0 } encoding }) return (null, "NO_AUDIO");
        var candidate = new LicenseCandidate(item, format, encoding, content);
        return candidate.ExpiresAt(now) > now ? (candidate, null) : (null, "MARKET_RESTRICTED");
    }

    /// <summary>When the item stops to play, in whole seconds: with its rights, or with the license.</summary>
    public DateTimeOffset ExpiresAt(DateTimeOffset issuedAt)
    {
        var expiry = issuedAt + License.Lifetime;
        return Item.Rights.Until is { } until && until < expiry
            ? DateTimeOffset.FromUnixTimeSeconds(until.ToUnixTimeSeconds())
            : expiry;
    }

    /// <summary>Returns the item of a license, of which there is a <see cref="Copy"/>.</summary>
    public LicenseItem ToItem(DateTimeOffset issuedAt)
    {
        var expiry = ExpiresAt(issuedAt);
        return new LicenseItem(
            Uri: Item.Uri.ToString(),
            Object: Copy!.ObjectName(Item.Uri.Type),
            KeyId: Copy.KeyId,
            Size: Copy.SizeBytes,
            Codec: Encoding.Codec.WireName,
            Quality: Encoding.Quality.WireName,
            BitrateKbps: Encoding.BitrateKbps,
            DurationMs: Item.DurationMs,
            GainDb: Item.Loudness.GainDb,
            ExpiresAt: expiry < issuedAt + License.Lifetime ? expiry : null);
    }
}

/// <summary>The result of a change: what is licensed, refused and pending.</summary>
/// <param name="Serial">The serial number of the license.</param>
internal sealed record LicenseDecision(long Serial)
{
    /// <summary>The items of the license.</summary>
    public List<LicenseCandidate> Licensed { get; } = [];

    /// <summary>The items whose audio must be encrypted first.</summary>
    public List<LicenseCandidate> Pending { get; } = [];

    /// <summary>The items and collections that are refused, with the reason.</summary>
    public List<(SpotifyUri Uri, string Reason)> Refused { get; } = [];

    /// <summary>The position after the page; null if it is the last.</summary>
    public string? Next { get; set; }

    /// <summary>Licenses an item that the device keeps, or defers it until its audio is encrypted.</summary>
    public void License(LicenseCandidate candidate, OfflineTracks part, DateTimeOffset now)
    {
        var id = candidate.Item.Uri.Id;
        if (candidate.Copy is { } copy)
        {
            part.License(id, copy.Encoding, copy.KeyId, now, candidate.ExpiresAt(now));
            Licensed.Add(candidate);
        }
        else
        {
            // A license of the former revision lasts until it expires.
            if (part.Find(id)!.Encoding != candidate.Encoding.FileName) part.Want(id);
            Pending.Add(candidate);
        }
    }
}
