using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>The content keys of a license: a JSON Web Key set (RFC 7517, 7) that only the device can decrypt.</summary>
internal static class ContentKeySet
{
    private const string ContentType = "jwk-set+json";
    private const string KeyType = "oct";
    private const string Algorithm = "A256GCM";
    private const int EncodedKeyLength = 43;

    private static ReadOnlySpan<byte> Start => "{\"keys\":["u8;

    private static ReadOnlySpan<byte> BeforeId => "{\"kty\":\"oct\",\"kid\":\""u8;

    private static ReadOnlySpan<byte> BeforeKey => "\",\"alg\":\"A256GCM\",\"k\":\""u8;

    private static ReadOnlySpan<byte> AfterKey => "\"}"u8;

    private static ReadOnlySpan<byte> End => "]}"u8;

    /// <summary>Unwraps the keys of items and encrypts them for a device.</summary>
    /// <inheritdoc cref="LicenseSigner.Sign"/>
    public static CompactText Seal(
        IReadOnlyList<LicenseItem> items, IReadOnlyList<WrappedKey> keys, MasterKeyRing masterKeys, P256PublicKey device)
    {
        var itemLength = BeforeId.Length + SpotifyId.Length + BeforeKey.Length + EncodedKeyLength + AfterKey.Length;
        // One array that never grows, so that all copies of the keys are zeroed.
        var json = new byte[Start.Length + items.Count * (itemLength + 1) - 1 + End.Length];
        Span<byte> key = stackalloc byte[ContentKey.Length];
        using var unwrapping = new ContentKeyUnwrapping(masterKeys);
        try
        {
            var end = 0;
            Append(Start, json, ref end);
            for (var i = 0; i < items.Count; i++)
            {
                if (i > 0) json[end++] = (byte)',';
                unwrapping.Unwrap(keys[i], items[i].Object, key);
                Append(BeforeId, json, ref end);
                end += Encoding.ASCII.GetBytes(items[i].KeyId, json.AsSpan(end));
                Append(BeforeKey, json, ref end);
                end += Base64Url.EncodeToUtf8(key, json.AsSpan(end));
                Append(AfterKey, json, ref end);
            }

            Append(End, json, ref end);
            return CompactJwe.Encrypt(json, ContentType, device);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(json);
        }
    }

    /// <summary>Decrypts the keys, by id. Returns false if they are for another device, were changed, or have another format.</summary>
    public static bool TryOpen(string jwe, ECDiffieHellman device, [NotNullWhen(true)] out Dictionary<string, byte[]>? keys)
    {
        keys = null;
        if (!CompactJwe.TryDecrypt(jwe, ContentType, device, out var json)) return false;
        try
        {
            if (!LicensingJson.TryRead(json, LicensingJson.Default.ContentKeySetPayload, out var set)) return false;
            var byId = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var entry in set.Keys)
            {
                if (entry.Kty != KeyType || entry.Alg != Algorithm || !StrictBase64Url.TryDecode(entry.K, out var key)
                    || key.Length != ContentKey.Length || !byId.TryAdd(entry.Kid, key)) return false;
            }

            keys = byId;
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    private static void Append(ReadOnlySpan<byte> part, byte[] json, ref int end)
    {
        part.CopyTo(json.AsSpan(end));
        end += part.Length;
    }
}
