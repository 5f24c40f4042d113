namespace Spotify.Domain.Data;

/// <summary>What a mutation does to its row.</summary>
public enum MutationKind
{
    /// <summary>Adds a row; the commit fails with <see cref="RowExistsException"/> if it is there.</summary>
    Insert,

    /// <summary>Changes the named columns; the commit fails with <see cref="RowMissingException"/> if the row is not there.</summary>
    Update,

    /// <summary>Adds the row, or changes the named columns, and no other, of the one that is there.</summary>
    Upsert,

    /// <summary>Removes every row whose key starts with the given one: a whole key is one row. Nothing there is no error.</summary>
    Delete,

    /// <summary>Removes the rows with keys from <see cref="Mutation.Key"/>, inclusive, to <see cref="Mutation.EndKey"/>, exclusive.</summary>
    DeleteRange,
}

/// <summary>
/// One change of one table. Mutations of a commit are applied in order, all or none. Values are strings, longs, ints, booleans,
/// doubles, <see cref="DateTimeOffset"/>s, byte arrays or null.
/// </summary>
public sealed class Mutation
{
    private Mutation(MutationKind kind, Table table, IReadOnlyList<(string Column, object? Value)> values, Key key = default, Key endKey = default)
    {
        Kind = kind;
        Table = table;
        Values = values;
        Key = key;
        EndKey = endKey;
    }

    /// <summary>What it does.</summary>
    public MutationKind Kind { get; }

    /// <summary>The table it changes.</summary>
    public Table Table { get; }

    /// <summary>The columns it sets, the key's among them; empty for deletes.</summary>
    public IReadOnlyList<(string Column, object? Value)> Values { get; }

    /// <summary>For deletes: the key, its first columns, or the start of the range.</summary>
    public Key Key { get; }

    /// <summary>For <see cref="MutationKind.DeleteRange"/>: the end, exclusive. It may differ from the start in its last value only.</summary>
    public Key EndKey { get; }

    /// <inheritdoc cref="MutationKind.Insert"/>
    public static Mutation Insert(Table table, params IReadOnlyList<(string Column, object? Value)> values) => Write(MutationKind.Insert, table, values);

    /// <inheritdoc cref="MutationKind.Update"/>
    public static Mutation Update(Table table, params IReadOnlyList<(string Column, object? Value)> values) => Write(MutationKind.Update, table, values);

    /// <inheritdoc cref="MutationKind.Upsert"/>
    public static Mutation Upsert(Table table, params IReadOnlyList<(string Column, object? Value)> values) => Write(MutationKind.Upsert, table, values);

    /// <inheritdoc cref="MutationKind.Delete"/>
    public static Mutation Delete(Table table, Key key)
    {
        if (key.Values.Count == 0 || key.Values.Count > table.KeyColumns.Count)
            throw new ArgumentException($"Key {key} does not fit table {table}, whose key is ({string.Join(", ", table.KeyColumns)}).", nameof(key));
        return new Mutation(MutationKind.Delete, table, [], key);
    }

    /// <inheritdoc cref="MutationKind.DeleteRange"/>
    public static Mutation DeleteRange(Table table, Key start, Key end)
    {
        if (start.Values.Count == 0 || start.Values.Count != end.Values.Count || start.Values.Count > table.KeyColumns.Count
            || !start.Values.SkipLast(1).SequenceEqual(end.Values.SkipLast(1)))
            throw new ArgumentException($"Keys {start} and {end} do not bound a range of table {table}: they may differ in the last value only.", nameof(end));
        return new Mutation(MutationKind.DeleteRange, table, [], start, end);
    }

    private static Mutation Write(MutationKind kind, Table table, IReadOnlyList<(string Column, object? Value)> values)
    {
        foreach (var key in table.KeyColumns)
            if (!values.Any(value => value.Column == key)) throw new ArgumentException($"A row of {table} needs its key column {key}.", nameof(values));
        foreach (var (name, value) in values)
        {
            var column = table.Column(name);
            if (!column.Takes(value)) throw new ArgumentException($"Column {name} of {table} is {column.Type}, not {value!.GetType().Name}.", nameof(values));
        }

        return new Mutation(kind, table, values);
    }
}

/// <summary>A row to be inserted is there already.</summary>
public sealed class RowExistsException(string table, Exception? inner = null) : Exception($"The row of {table} exists.", inner);

/// <summary>A row to be updated is not there.</summary>
public sealed class RowMissingException(string table, Exception? inner = null) : Exception($"The row of {table} does not exist.", inner);

/// <summary>A value breaks a rule of the schema: a null, a length, a unique index or a reference.</summary>
public sealed class ConstraintException(string message, Exception? inner = null) : Exception(message, inner);
