using System.Globalization;

namespace Spotify.Domain.Data;

/// <summary>The column names of a result, shared by all its rows.</summary>
public sealed class RowShape
{
    private readonly Dictionary<string, int> ordinals;

    /// <summary>Creates a shape from column names, in order.</summary>
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
/// A row of a result. Values are stored in the types that every engine has: string (also for dates, as 2026-12-31), long (also for
/// booleans, as 0 or 1, and timestamps, as microseconds since 1970), double, byte[] and null. The getters convert them to the columns'
/// types.
/// </summary>
public sealed class Row(RowShape shape, object?[] values)
{
    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Columns => shape.Columns;

    /// <summary>Returns whether a value is null.</summary>
    public bool IsNull(string column) => values[shape.Ordinal(column)] is null;

    /// <summary>Returns a STRING that is not null.</summary>
    public string String(string column) => (string)Required(column);

    /// <summary>Returns a STRING or null.</summary>
    public string? StringOrNull(string column) => (string?)values[shape.Ordinal(column)];

    /// <summary>Returns an INT64 that is not null.</summary>
    public long Int64(string column) => (long)Required(column);

    /// <summary>Returns an INT64 that is not null and fits in 32 bits.</summary>
    public int Int32(string column) => checked((int)(long)Required(column));

    /// <summary>Returns an INT64 or null.</summary>
    public long? Int64OrNull(string column) => (long?)values[shape.Ordinal(column)];

    /// <summary>Returns a BOOL that is not null.</summary>
    public bool Bool(string column) => (long)Required(column) != 0;

    /// <summary>Returns a FLOAT64 that is not null.</summary>
    public double Float64(string column) => (double)Required(column);

    /// <summary>Returns a FLOAT64 or null.</summary>
    public double? Float64OrNull(string column) => (double?)values[shape.Ordinal(column)];

    /// <summary>Returns a TIMESTAMP that is not null.</summary>
    public DateTimeOffset Timestamp(string column) => Instant.FromMicroseconds((long)Required(column));

    /// <summary>Returns a TIMESTAMP or null.</summary>
    public DateTimeOffset? TimestampOrNull(string column) =>
        values[shape.Ordinal(column)] is long microseconds ? Instant.FromMicroseconds(microseconds) : null;

    /// <summary>Returns a DATE that is not null.</summary>
    public DateOnly Date(string column) => DateOnly.ParseExact((string)Required(column), "O", CultureInfo.InvariantCulture);

    /// <summary>Returns BYTES that are not null.</summary>
    public byte[] Bytes(string column) => (byte[])Required(column);

    private object Required(string column) =>
        values[shape.Ordinal(column)] ?? throw new InvalidOperationException($"Column {column} is null.");
}
