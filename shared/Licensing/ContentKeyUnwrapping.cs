using System.Security.Cryptography;
using System.Text;
using Spotify.Domain.Ports;

namespace Spotify.Licensing;

/// <summary>The unwrapping of many content keys, which sets up each master key once. Instances are for one thread at a time.</summary>
internal sealed class ContentKeyUnwrapping(MasterKeyRing masterKeys) : IDisposable
{
    private string? masterKeyId;
    private AesGcm? aes;

    /// <inheritdoc cref="ContentKey.Unwrap"/>
    /// <param name="key">Receives the content key, 32 bytes.</param>
    public void Unwrap(WrappedKey wrapped, string objectName, Span<byte> key)
    {
        if (wrapped.Bytes.Length != ContentKey.WrappedLength)
            throw new CryptographicException($"The wrapped key of {objectName} does not have {ContentKey.WrappedLength} bytes.");
        if (masterKeyId != wrapped.MasterKeyId)
        {
            var master = masterKeys.Key(wrapped.MasterKeyId);
            aes?.Dispose();
            (masterKeyId, aes) = (wrapped.MasterKeyId, new AesGcm(master.Span, ContentKey.TagSize));
        }

        ReadOnlySpan<byte> bytes = wrapped.Bytes;
        Span<byte> name = stackalloc byte[256];
        if (Encoding.UTF8.TryGetBytes(objectName, name, out var length)) name = name[..length];
        else name = Encoding.UTF8.GetBytes(objectName);
        try
        {
            aes!.Decrypt(
                bytes[..ContentKey.NonceSize], bytes[ContentKey.NonceSize..^ContentKey.TagSize], bytes[^ContentKey.TagSize..], key, name);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new CryptographicException($"The content key of {objectName} cannot be unwrapped with master key '{masterKeyId}'.");
        }
    }

    public void Dispose() => aes?.Dispose();
}
