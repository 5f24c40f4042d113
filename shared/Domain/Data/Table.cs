namespace Spotify.Domain.Data;

/// <summary>The types a column can have.</summary>
public enum ColumnType
{
    String,
    Int64,
    Bool,
    Float64,
    Timestamp,
    Bytes,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="MaxLength">For STRING the most characters, for BYTES the most bytes; null where the schema says MAX or the type has no length.</param>
/// <param name="NotNull">Whether null is refused.</param>
/// <param name="Default">The SQL expression that stands in for a value not given, if there is one.</param>
public sealed record Column(string Name, ColumnType Type, long? MaxLength, bool NotNull, string? Default)
{
    /// <summary>Whether a value is of the column's type, or null. Engines are not trusted with it: SQLite stores whatever it is given.</summary>
    public bool Takes(object? value) => Type switch
    {
        _ when value is null => true,
        ColumnType.String => value is string,
        ColumnType.Int64 => value is long or int,
        ColumnType.Bool => value is bool,
        ColumnType.Float64 => value is double,
        ColumnType.Timestamp => value is DateTimeOffset,
        ColumnType.Bytes => value is byte[],
        _ => false,
    };
}

/// <summary>A reference that the database enforces.</summary>
/// <param name="Columns">The referring columns.</param>
/// <param name="ReferencedTable">The table referred to.</param>
/// <param name="ReferencedColumns">Its columns.</param>
/// <param name="Cascade">Whether deleting the row referred to deletes the referring rows.</param>
public sealed record ForeignKey(IReadOnlyList<string> Columns, string ReferencedTable, IReadOnlyList<string> ReferencedColumns, bool Cascade);

/// <summary>A table of the schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">All its columns.</param>
/// <param name="KeyColumns">The primary key, in order.</param>
/// <param name="Parent">The table it is interleaved in, if any: its key starts with the parent's.</param>
/// <param name="ForeignKeys">References to other tables, the parent's not among them.</param>
public sealed record Table(
    string Name,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<string> KeyColumns,
    ForeignKey? Parent,
    IReadOnlyList<ForeignKey> ForeignKeys)
{
    /// <summary>The column of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Column Column(string name) =>
        Columns.FirstOrDefault(column => column.Name == name)
        ?? throw new ArgumentException($"Table {Name} has no column {name}.", nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
