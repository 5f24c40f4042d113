using System.Collections;

namespace Spotify.Domain.Data;

/// <summary>
/// The values of a statement's parameters: <c>new Parameters { { "id", id } }</c>. Strings, longs, ints, booleans, doubles,
/// <see cref="DateTimeOffset"/>s, byte arrays or null.
/// </summary>
public sealed class Parameters : IEnumerable<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> values = [];

    /// <summary>No parameters.</summary>
    public static Parameters None { get; } = [];

    /// <summary>How many there are.</summary>
    public int Count => values.Count;

    /// <summary>Sets a parameter.</summary>
    public void Add(string name, object? value) => values.Add(new(name, value));

    /// <summary>Sets the parameters of a <see cref="Statement.List"/>. Places left over repeat the first value, which changes no answer.</summary>
    /// <exception cref="ArgumentException">There are no values, or more than places.</exception>
    public Parameters AddList(string name, IReadOnlyList<string> items, int count)
    {
        if (items.Count == 0 || items.Count > count) throw new ArgumentException($"1 to {count} values are wanted, not {items.Count}.", nameof(items));
        for (var i = 0; i < count; i++) Add($"{name}{i}", items[i < items.Count ? i : 0]);
        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
