using System.Diagnostics.CodeAnalysis;

namespace Spotify.Domain.Signing;

/// <summary>
/// The current signing keys: one signs, all verify. To rotate keys, create three rings in turn: add the new key, sign with it, and remove
/// the old key after its last URL has expired.
/// </summary>
public sealed class SigningKeyRing
{
    private readonly Dictionary<string, SigningKey> keys;
    private readonly Dictionary<string, SigningKey>.AlternateLookup<ReadOnlySpan<char>> byName;

    /// <summary>Creates a ring.</summary>
    /// <param name="current">The name of the key that signs.</param>
    /// <param name="keys">All keys, with distinct names.</param>
    /// <exception cref="ArgumentException">Two keys have the same name, or no key is named <paramref name="current"/>.</exception>
    public SigningKeyRing(string current, params IEnumerable<SigningKey> keys)
    {
        ArgumentNullException.ThrowIfNull(current);
        this.keys = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (!this.keys.TryAdd(key.Name, key)) throw new ArgumentException($"Two signing keys are named '{key.Name}'.", nameof(keys));
        }

        byName = this.keys.GetAlternateLookup<ReadOnlySpan<char>>();
        Current = this.keys.TryGetValue(current, out var found)
            ? found
            : throw new ArgumentException($"No signing key is named '{current}'. The keys are: {Names}.", nameof(current));
    }

    /// <summary>The key that signs, unless a CDN is configured with another one.</summary>
    public SigningKey Current { get; }

    /// <summary>All keys.</summary>
    public IReadOnlyCollection<SigningKey> Keys => keys.Values;

    private string Names => string.Join(", ", keys.Keys.Order(StringComparer.Ordinal));

    /// <summary>Finds a key by its name.</summary>
    public bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out SigningKey? key) => byName.TryGetValue(name, out key);

    /// <summary>Returns a ring with an additional key, which does not sign yet.</summary>
    /// <exception cref="ArgumentException">A key has the same name.</exception>
    public SigningKeyRing With(SigningKey key) => new(Current.Name, keys.Values.Append(key));

    /// <summary>Returns a ring in which the named key signs.</summary>
    /// <exception cref="ArgumentException">No key has the name.</exception>
    public SigningKeyRing SigningWith(string name) => new(name, keys.Values);

    /// <summary>Returns a ring without the named key, which rejects the URLs that the key signed.</summary>
    /// <exception cref="ArgumentException">The key is the one that signs.</exception>
    public SigningKeyRing Without(string name) => name == Current.Name
        ? throw new ArgumentException($"'{name}' is the key that signs. Sign with another key before removing it.", nameof(name))
        : new(Current.Name, keys.Values.Where(key => key.Name != name));
}
