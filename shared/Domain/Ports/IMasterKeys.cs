using System.Collections.Frozen;

namespace Spotify.Domain.Ports;

/// <summary>The AES-256 keys that encrypt content keys: unwrapped by Cloud KMS in the cloud, files on one machine.</summary>
public interface IMasterKeys
{
    /// <summary>
    /// Returns the keys. The first call of an instance reads or unwraps them, and concurrent calls share it; the next call after a failure
    /// tries again.
    /// </summary>
    /// <param name="ct">Ends the wait of this caller only.</param>
    /// <exception cref="MasterKeysUnavailableException">The keys cannot be read or unwrapped.</exception>
    ValueTask<MasterKeyRing> OpenAsync(CancellationToken ct);
}

/// <summary>The master keys by id: one encrypts, all of them decrypt.</summary>
public sealed class MasterKeyRing
{
    /// <summary>The length of a key, in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>The maximum length of an id, in characters.</summary>
    public const int MaxIdLength = 64;

    private readonly FrozenDictionary<string, byte[]> keys;

    /// <summary>Creates a ring.</summary>
    /// <param name="currentId">The id of the key that encrypts.</param>
    /// <param name="keys">The keys, each of <see cref="KeyLength"/> bytes, with ids of 1 to <see cref="MaxIdLength"/> characters.</param>
    /// <exception cref="ArgumentException">
    /// A key or an id has another length, two keys have one id, or the current key is missing.
    /// </exception>
    public MasterKeyRing(string currentId, IEnumerable<KeyValuePair<string, byte[]>> keys)
    {
        var byId = new Dictionary<string, byte[]>(keys, StringComparer.Ordinal);
        foreach (var (id, key) in byId)
        {
            if (id.Length is 0 or > MaxIdLength || key.Length != KeyLength)
                throw new ArgumentException($"Master key '{id}' needs {KeyLength} bytes and 1 to {MaxIdLength} characters.", nameof(keys));
        }

        if (!byId.ContainsKey(currentId)) throw new ArgumentException($"The master key '{currentId}' is missing.", nameof(currentId));
        (CurrentId, this.keys) = (currentId, byId.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The id of the key that encrypts.</summary>
    public string CurrentId { get; }

    /// <summary>Returns whether this instance has a key.</summary>
    public bool Contains(string id) => keys.ContainsKey(id);

    /// <summary>Returns a key.</summary>
    /// <exception cref="MasterKeysUnavailableException">
    /// This instance has no such key: it was removed, or is newer than the instance's settings.
    /// </exception>
    public ReadOnlyMemory<byte> Key(string id) => keys.TryGetValue(id, out var key)
        ? key
        : throw new MasterKeysUnavailableException($"There is no master key '{id}'.");
}

/// <summary>Master keys cannot be read or unwrapped. The message contains no key.</summary>
public sealed class MasterKeysUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
