namespace Spotify.Domain.Data;

/// <summary>The kinds of mutations.</summary>
public enum MutationKind
{
    /// <summary>Adds a row. The commit fails with <see cref="RowExistsException"/> if the row exists.</summary>
    Insert,

    /// <summary>Sets the given columns of a row. The commit fails with <see cref="RowMissingException"/> if it does not exist.</summary>
    Update,

    /// <summary>Adds a row, or sets the given columns if the row exists. Its other columns keep their values.</summary>
    Upsert,

    /// <summary>Deletes all rows whose key starts with the given key. A whole key deletes one row. No error if there are no rows.</summary>
    Delete,

    /// <summary>
    /// Deletes the rows with keys from <see cref="Mutation.Key"/> (inclusive) to <see cref="Mutation.EndKey"/> (exclusive).
    /// </summary>
    DeleteRange,
}

/// <summary>
/// A change of one table. The mutations of a commit are applied in order and atomically. Values are strings, longs, ints, booleans,
/// doubles, <see cref="DateTimeOffset"/>s, byte arrays or null.
/// </summary>
public sealed class Mutation
{
    private Mutation(
        MutationKind kind,
        Table table,
        IReadOnlyList<(string Column, object? Value)> values,
        Key key = default,
        Key endKey = default)
    {
        Kind = kind;
        Table = table;
        Values = values;
        Key = key;
        EndKey = endKey;
    }

    /// <summary>The kind of the mutation.</summary>
    public MutationKind Kind { get; }

    /// <summary>The table to change.</summary>
    public Table Table { get; }

    /// <summary>The columns to set, including the key. Empty for deletes.</summary>
    public IReadOnlyList<(string Column, object? Value)> Values { get; }

    /// <summary>For deletes: the key, a prefix of it, or the start of the range.</summary>
    public Key Key { get; }

    /// <summary>
    /// For <see cref="MutationKind.DeleteRange"/>: the end of the range, exclusive. Must be equal to the start except for the last value.
    /// </summary>
    public Key EndKey { get; }

    /// <inheritdoc cref="MutationKind.Insert"/>
    public static Mutation Insert(Table table, params IReadOnlyList<(string Column, object? Value)> values) =>
        Write(MutationKind.Insert, table, values);

    /// <inheritdoc cref="MutationKind.Update"/>
    public static Mutation Update(Table table, params IReadOnlyList<(string Column, object? Value)> values) =>
        Write(MutationKind.Update, table, values);

    /// <inheritdoc cref="MutationKind.Upsert"/>
    public static Mutation Upsert(Table table, params IReadOnlyList<(string Column, object? Value)> values) =>
        Write(MutationKind.Upsert, table, values);

    /// <inheritdoc cref="MutationKind.Delete"/>
    public static Mutation Delete(Table table, Key key)
    {
        if (key.Values.Count == 0 || key.Values.Count > table.KeyColumns.Count)
            throw new ArgumentException(
                $"Key {key} does not match the key of table {table}: ({string.Join(", ", table.KeyColumns)}).", nameof(key));
        return new Mutation(MutationKind.Delete, table, [], key);
    }

    /// <inheritdoc cref="MutationKind.DeleteRange"/>
    public static Mutation DeleteRange(Table table, Key start, Key end)
    {
        if (start.Values.Count == 0 || start.Values.Count != end.Values.Count || start.Values.Count > table.KeyColumns.Count
            || !start.Values.SkipLast(1).SequenceEqual(end.Values.SkipLast(1)))
            throw new ArgumentException(
                $"Keys {start} and {end} are not a range of table {table}: they must be equal except for the last value.", nameof(end));
        return new Mutation(MutationKind.DeleteRange, table, [], start, end);
    }

    private static Mutation Write(MutationKind kind, Table table, IReadOnlyList<(string Column, object? Value)> values)
    {
        foreach (var key in table.KeyColumns)
            if (!values.Any(value => value.Column == key))
                throw new ArgumentException($"The mutation of {table} lacks the key column {key}.", nameof(values));
        foreach (var (name, value) in values)
        {
            var column = table.Column(name);
            if (!column.Accepts(value))
                throw new ArgumentException($"Column {name} of {table} is {column.Type}, not {value!.GetType().Name}.", nameof(values));
        }

        return new Mutation(kind, table, values);
    }
}

/// <summary>The error for an insert of a row that exists.</summary>
public sealed class RowExistsException(string table, Exception? inner = null)
    : Exception($"The row of {table} already exists.", inner);

/// <summary>The error for an update of a row that does not exist.</summary>
public sealed class RowMissingException(string table, Exception? inner = null)
    : Exception($"The row of {table} does not exist.", inner);

/// <summary>The error for a value that violates the schema: NOT NULL, a length, a unique index or a foreign key.</summary>
public sealed class ConstraintException(string message, Exception? inner = null) : Exception(message, inner);
