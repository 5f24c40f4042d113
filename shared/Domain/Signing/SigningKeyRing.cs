using System.Diagnostics.CodeAnalysis;

namespace Spotify.Domain.Signing;

/// <summary>
/// The keys of the moment: one signs, every one verifies. Rotation is three steps, each a new ring: add the new key, sign with it, and,
/// once the last URL of the old one has expired, remove that.
/// </summary>
public sealed class SigningKeyRing
{
    private readonly Dictionary<string, SigningKey> keys;
    private readonly Dictionary<string, SigningKey>.AlternateLookup<ReadOnlySpan<char>> byName;

    /// <summary>A ring.</summary>
    /// <param name="current">The name of the key that signs.</param>
    /// <param name="keys">Every key, each name once.</param>
    /// <exception cref="ArgumentException">Two keys have one name, or none is called <paramref name="current"/>.</exception>
    public SigningKeyRing(string current, params IEnumerable<SigningKey> keys)
    {
        ArgumentNullException.ThrowIfNull(current);
        this.keys = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (!this.keys.TryAdd(key.Name, key)) throw new ArgumentException($"Two signing keys are called '{key.Name}'.", nameof(keys));
        }

        byName = this.keys.GetAlternateLookup<ReadOnlySpan<char>>();
        Current = this.keys.TryGetValue(current, out var found)
            ? found
            : throw new ArgumentException($"No signing key is called '{current}'. There are: {string.Join(", ", this.keys.Keys.Order(StringComparer.Ordinal))}.", nameof(current));
    }

    /// <summary>The key that signs, where none is asked for by name.</summary>
    public SigningKey Current { get; }

    /// <summary>Every key.</summary>
    public IReadOnlyCollection<SigningKey> Keys => keys.Values;

    /// <summary>The key of that name.</summary>
    public bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out SigningKey? key) => byName.TryGetValue(name, out key);

    /// <summary>The ring with one more key, which does not sign yet.</summary>
    /// <exception cref="ArgumentException">There is a key of that name.</exception>
    public SigningKeyRing With(SigningKey key) => new(Current.Name, keys.Values.Append(key));

    /// <summary>The ring whose key of that name signs.</summary>
    /// <exception cref="ArgumentException">There is no key of that name.</exception>
    public SigningKeyRing SigningWith(string name) => new(name, keys.Values);

    /// <summary>The ring without a key: its URLs are refused from here on.</summary>
    /// <exception cref="ArgumentException">The key is the one that signs.</exception>
    public SigningKeyRing Without(string name) => name == Current.Name
        ? throw new ArgumentException($"'{name}' is the key that signs: another must take over before it goes.", nameof(name))
        : new(Current.Name, keys.Values.Where(key => key.Name != name));
}
