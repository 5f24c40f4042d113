namespace Spotify.Domain.Data;

/// <summary>
/// A primary key, or a prefix of one. Values are strings, longs, booleans or <see cref="DateTimeOffset"/>s, in the order of
/// <see cref="Table.KeyColumns"/>.
/// </summary>
public readonly struct Key(params object[] values)
{
    /// <summary>The values.</summary>
    public IReadOnlyList<object> Values { get; } = values;

    /// <inheritdoc/>
    public override string ToString() => $"({string.Join(", ", Values)})";
}
