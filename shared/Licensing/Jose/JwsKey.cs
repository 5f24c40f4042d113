using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Spotify.Licensing.Jose;

/// <summary>A P-256 key pair that signs with ES256, from any number of threads.</summary>
public sealed class JwsKey
{
    /// <summary>The length of a signature, in bytes.</summary>
    internal const int SignatureLength = 64;

    private static readonly ConditionalWeakTable<ECDsa, JwsKey> Known = [];

    // Instances of ECDsa are for one thread at a time, and cost more than a signature to create.
    private readonly ConcurrentBag<ECDsa> idle = [];
    private readonly ECParameters parameters;

    /// <summary>Creates a key.</summary>
    /// <param name="key">The key pair, which is copied.</param>
    /// <exception cref="ArgumentException">The key is on another curve.</exception>
    /// <exception cref="CryptographicException">The key has no private part that can be copied.</exception>
    public JwsKey(ECDsa key)
    {
        PublicKey = P256PublicKey.Of(key);
        parameters = key.ExportParameters(includePrivateParameters: true);
    }

    /// <summary>The public part.</summary>
    public P256PublicKey PublicKey { get; }

    /// <summary>The <c>kid</c>: the thumbprint of the public part.</summary>
    public string KeyId => PublicKey.Thumbprint;

    /// <summary>Returns the key of a key pair, the same one for every call.</summary>
    /// <inheritdoc cref="JwsKey(ECDsa)"/>
    public static JwsKey Of(ECDsa key) => Known.GetValue(key, pair => new JwsKey(pair));

    internal void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        if (!idle.TryTake(out var key)) key = ECDsa.Create(parameters);
        key.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        idle.Add(key);
    }
}
