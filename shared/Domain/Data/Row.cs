namespace Spotify.Domain.Data;

/// <summary>The names of a result's columns, shared by all its rows.</summary>
public sealed class RowShape
{
    private readonly Dictionary<string, int> ordinals;

    /// <summary>A shape of the given columns, in order.</summary>
    public RowShape(IEnumerable<string> columns)
    {
        Columns = [.. columns];
        ordinals = new Dictionary<string, int>(Columns.Count, StringComparer.Ordinal);
        for (var i = 0; i < Columns.Count; i++) ordinals[Columns[i]] = i;
    }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    internal int Ordinal(string column) =>
        ordinals.TryGetValue(column, out var ordinal)
            ? ordinal
            : throw new ArgumentException($"The row has no column {column}; it has {string.Join(", ", Columns)}.", nameof(column));
}

/// <summary>
/// A row that was read. Values are held in the few forms that every engine has: string, long (also for booleans, 0 or 1, and
/// for timestamps, microseconds since 1970), double, byte[] and null; the getters give them their types back.
/// </summary>
public sealed class Row(RowShape shape, object?[] values)
{
    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Columns => shape.Columns;

    /// <summary>Whether the column is null.</summary>
    public bool IsNull(string column) => values[shape.Ordinal(column)] is null;

    /// <summary>A STRING that is not null.</summary>
    public string String(string column) => (string)Required(column);

    /// <summary>A STRING or null.</summary>
    public string? StringOrNull(string column) => (string?)values[shape.Ordinal(column)];

    /// <summary>An INT64 that is not null.</summary>
    public long Int64(string column) => (long)Required(column);

    /// <summary>An INT64 that is not null and fits in 32 bits.</summary>
    public int Int32(string column) => checked((int)(long)Required(column));

    /// <summary>An INT64 or null.</summary>
    public long? Int64OrNull(string column) => (long?)values[shape.Ordinal(column)];

    /// <summary>A BOOL that is not null.</summary>
    public bool Bool(string column) => (long)Required(column) != 0;

    /// <summary>A FLOAT64 that is not null.</summary>
    public double Float64(string column) => (double)Required(column);

    /// <summary>A FLOAT64 or null.</summary>
    public double? Float64OrNull(string column) => (double?)values[shape.Ordinal(column)];

    /// <summary>A TIMESTAMP that is not null.</summary>
    public DateTimeOffset Timestamp(string column) => Instant.FromMicroseconds((long)Required(column));

    /// <summary>A TIMESTAMP or null.</summary>
    public DateTimeOffset? TimestampOrNull(string column) =>
        values[shape.Ordinal(column)] is long microseconds ? Instant.FromMicroseconds(microseconds) : null;

    /// <summary>BYTES that are not null.</summary>
    public byte[] Bytes(string column) => (byte[])Required(column);

    private object Required(string column) =>
        values[shape.Ordinal(column)] ?? throw new InvalidOperationException($"Column {column} is null.");
}
