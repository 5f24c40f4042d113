namespace Spotify.Domain.Data;

/// <summary>The column types.</summary>
public enum ColumnType
{
    String,
    Int64,
    Bool,
    Float64,
    Timestamp,
    Bytes,

    /// <summary>A list of strings. A type of parameters of Spanner only; columns do not have it.</summary>
    Strings,

    /// <summary>A day, as a <see cref="DateOnly"/>. A type of the warehouse only.</summary>
    Date,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
/// <param name="MaxLength">
/// The maximum length, in characters for STRING and in bytes for BYTES. Null for MAX and for types without a length.
/// </param>
/// <param name="NotNull">Whether the column is NOT NULL.</param>
/// <param name="Default">The SQL expression of the default value, or null.</param>
public sealed record Column(string Name, ColumnType Type, long? MaxLength, bool NotNull, string? Default)
{
    /// <summary>
    /// Returns whether a value is null or has the column's type. Checked here because SQLite stores values of any type.
    /// </summary>
    public bool Accepts(object? value) => Type switch
    {
        _ when value is null => true,
        ColumnType.String => value is string,
        ColumnType.Int64 => value is long or int,
        ColumnType.Bool => value is bool,
        ColumnType.Float64 => value is double,
        ColumnType.Timestamp => value is DateTimeOffset,
        ColumnType.Bytes => value is byte[],
        ColumnType.Date => value is DateOnly,
        _ => false,
    };
}

/// <summary>A foreign key, enforced by the database.</summary>
/// <param name="Columns">The referencing columns.</param>
/// <param name="ReferencedTable">The referenced table.</param>
/// <param name="ReferencedColumns">The referenced columns.</param>
/// <param name="Cascade">Whether deleting the referenced row deletes the referencing rows.</param>
public sealed record ForeignKey(
    IReadOnlyList<string> Columns, string ReferencedTable, IReadOnlyList<string> ReferencedColumns, bool Cascade);

/// <summary>
/// A policy by which the database deletes rows, some time after they are old enough. Rows whose column is null are kept.
/// </summary>
/// <param name="Column">The TIMESTAMP column that the age counts from.</param>
/// <param name="Days">The age in days, from 0.</param>
public sealed record RowDeletionPolicy(string Column, int Days);

/// <summary>A table of the schema.</summary>
/// <param name="Name">The name.</param>
/// <param name="Columns">All columns.</param>
/// <param name="KeyColumns">The columns of the primary key, in order.</param>
/// <param name="Parent">The table that this one is interleaved in, or null. The key starts with the parent's key.</param>
/// <param name="ForeignKeys">The foreign keys, without <paramref name="Parent"/>.</param>
/// <param name="Deletion">When the database deletes rows, or null if it keeps them.</param>
public sealed record Table(
    string Name,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<string> KeyColumns,
    ForeignKey? Parent,
    IReadOnlyList<ForeignKey> ForeignKeys,
    RowDeletionPolicy? Deletion)
{
    /// <summary>Returns the column with a name.</summary>
    /// <exception cref="ArgumentException">The column does not exist.</exception>
    public Column Column(string name) =>
        Columns.FirstOrDefault(column => column.Name == name)
        ?? throw new ArgumentException($"Table {Name} has no column {name}.", nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
