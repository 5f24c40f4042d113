using System.Text.Json;
using Spotify.Domain.Ports;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>The issue of licenses: a signed message with the items of a license and their content keys, encrypted for the device.</summary>
public static class LicenseSigner
{
    /// <summary>Signs a license. Content keys are unwrapped here only, and zeroed.</summary>
    /// <param name="license">The license.</param>
    /// <param name="keys">The wrapped content keys of the items, in the order of the items.</param>
    /// <param name="masterKeys">The master keys.</param>
    /// <param name="device">The device's key that receives content keys.</param>
    /// <param name="key">The key of licenses that signs now.</param>
    /// <exception cref="ArgumentException">
    /// The license has no item or too many, another number of keys, an empty object or one of another key, or is valid for too long.
    /// </exception>
    /// <exception cref="MasterKeysUnavailableException">A master key is missing.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">
    /// A wrapped key is not that of its object, or the device's key is not on the curve.
    /// </exception>
    public static CompactText Sign(
        License license, IReadOnlyList<WrappedKey> keys, MasterKeyRing masterKeys, P256PublicKey device, JwsKey key)
    {
        if (license.Problem() is { } problem) throw new ArgumentException(problem, nameof(license));
        if (keys.Count != license.Items.Count) throw new ArgumentException("Each item has one key.", nameof(keys));
        var payload = new LicensePayload(
            license.Issuer, license.DeviceId, license.Serial, license.IssuedAt.ToUnixTimeSeconds(), license.ExpiresAt.ToUnixTimeSeconds(),
            license.Quality, license.Constraints, [.. license.Items.Select(PayloadOf)],
            ContentKeySet.Seal(license.Items, keys, masterKeys, device));
        var json = JsonSerializer.SerializeToUtf8Bytes(payload, LicensingJson.Default.LicensePayload);
        return CompactJws.SignText(License.Type, json, key);
    }

    private static LicenseItemPayload PayloadOf(LicenseItem item) => new(
        item.Uri, item.Object, item.KeyId, item.Size, EncryptedAudio.Chunks(item.Size), item.Codec, item.Quality, item.BitrateKbps,
        item.DurationMs, item.GainDb, item.ExpiresAt?.ToUnixTimeSeconds());
}
