using System.Collections;

namespace Spotify.Domain.Data;

/// <summary>
/// The values of a statement's parameters: <c>new Parameters { { "id", id } }</c>. Values are strings, longs, ints, booleans, doubles,
/// <see cref="DateTimeOffset"/>s, <see cref="DateOnly"/>s, byte arrays or null.
/// </summary>
public sealed class Parameters : IEnumerable<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> values = [];

    /// <summary>The empty collection.</summary>
    public static Parameters None { get; } = [];

    /// <summary>The number of parameters.</summary>
    public int Count => values.Count;

    /// <summary>Adds a parameter.</summary>
    public void Add(string name, object? value) => values.Add(new(name, value));

    /// <summary>
    /// Adds the parameters of a <see cref="Statement.List"/>. Unused ones repeat the first value, which does not change the result of IN.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="items"/> is empty or has more than <paramref name="count"/> values.</exception>
    public Parameters AddList(string name, IReadOnlyList<string> items, int count)
    {
        if (items.Count == 0 || items.Count > count)
            throw new ArgumentException($"The list must have 1 to {count} values, not {items.Count}.", nameof(items));
        for (var i = 0; i < count; i++) Add($"{name}{i}", items[i < items.Count ? i : 0]);
        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
