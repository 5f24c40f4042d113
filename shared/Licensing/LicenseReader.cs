using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>The reading of licenses, as a device does.</summary>
public static class LicenseReader
{
    /// <summary>
    /// Verifies a license and decrypts its content keys. Returns false if it is not a license, or is for another device. The caller
    /// compares issuer, device and expiry.
    /// </summary>
    /// <param name="jws">The license as received.</param>
    /// <param name="keys">The published keys of licenses.</param>
    /// <param name="device">The device's key pair that receives content keys.</param>
    /// <param name="license">The license.</param>
    /// <param name="contentKeys">The content keys by id: one for each item.</param>
    public static bool TryRead(
        string jws, IEnumerable<P256PublicKey> keys, ECDiffieHellman device,
        [NotNullWhen(true)] out License? license, [NotNullWhen(true)] out IReadOnlyDictionary<string, byte[]>? contentKeys)
    {
        (license, contentKeys) = (null, null);
        if (!CompactJws.TryVerify(jws, License.Type, keys, out var json)
            || !LicensingJson.TryRead(json, LicensingJson.Default.LicensePayload, out var payload)
            || !ContentKeySet.TryOpen(payload.Keys.ToString(), device, out var opened)
            || !payload.Items.All(item => item is not null && opened.ContainsKey(item.Kid) && IsTime(item.Exp ?? 0))
            || !IsTime(payload.Iat) || !IsTime(payload.Exp)) return false;
        var read = new License(
            payload.Iss, payload.Sub, payload.Serial, Time(payload.Iat), Time(payload.Exp), payload.Quality, payload.Constraints,
            [.. payload.Items.Select(ItemOf)]);
        if (read.Problem() is not null || payload.Items.Any(item => item.Chunks != EncryptedAudio.Chunks(item.Size))) return false;
        (license, contentKeys) = (read, opened);
        return true;
    }

    private static LicenseItem ItemOf(LicenseItemPayload item) => new(
        item.Uri, item.Object, item.Kid, item.Size, item.Codec, item.Quality, item.BitrateKbps, item.DurationMs, item.GainDb,
        item.Exp is { } expiry ? Time(expiry) : null);

    private static bool IsTime(long seconds) => seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
}
