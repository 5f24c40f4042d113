using System.Globalization;

namespace Spotify.Domain.Data;

/// <summary>A table of the warehouse. Append-only; a row can be appended more than once, so it is read through a view.</summary>
/// <param name="name">The name.</param>
/// <param name="columns">The columns.</param>
/// <param name="partitionColumn">The DATE column that partitions the table.</param>
/// <param name="clusterColumns">The columns that cluster the rows of a partition, in order.</param>
/// <param name="requirePartitionFilter">Whether queries must filter on the partition column.</param>
public sealed class WarehouseTable(
    string name,
    IReadOnlyList<Column> columns,
    string partitionColumn,
    IReadOnlyList<string> clusterColumns,
    bool requirePartitionFilter)
{
    private const string Date = "date";
    private const string Month = "month";
    private const string Hour = "hour";

    private readonly Dictionary<string, int> ordinals =
        columns.Select((column, i) => (column.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);

    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<Column> Columns => columns;

    /// <summary>The DATE column that partitions the table.</summary>
    public string PartitionColumn => partitionColumn;

    /// <summary>The columns that cluster the rows of a partition, in order.</summary>
    public IReadOnlyList<string> ClusterColumns => clusterColumns;

    /// <summary>Whether queries must filter on the partition column.</summary>
    public bool RequirePartitionFilter => requirePartitionFilter;

    /// <summary>Creates a row.</summary>
    /// <param name="time">The time of the row, for the columns <c>date</c>, <c>month</c> and <c>hour</c> that the table has.</param>
    /// <param name="values">
    /// The values of the other columns: strings, longs, ints, booleans, doubles, <see cref="DateTimeOffset"/>s, <see cref="DateOnly"/>s or
    /// null. Columns without a value are null.
    /// </param>
    /// <exception cref="ArgumentException">A column does not exist, has another type or is NOT NULL and has no value.</exception>
    public WarehouseRow Row(DateTimeOffset time, params ReadOnlySpan<(string Column, object? Value)> values)
    {
        var row = new object?[columns.Count];
        var utc = time.UtcDateTime;
        if (ordinals.TryGetValue(Date, out var date)) row[date] = DateOnly.FromDateTime(utc);
        if (ordinals.TryGetValue(Month, out var month)) row[month] = utc.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        if (ordinals.TryGetValue(Hour, out var hour)) row[hour] = (long)utc.Hour;
        foreach (var (column, value) in values)
        {
            if (!ordinals.TryGetValue(column, out var ordinal))
                throw new ArgumentException($"Table {name} has no column {column}.", nameof(values));
            if (!columns[ordinal].Accepts(value))
                throw new ArgumentException(
                    $"Column {column} of {name} is {columns[ordinal].Type}, not {value!.GetType().Name}.", nameof(values));
            row[ordinal] = value;
        }

        for (var i = 0; i < row.Length; i++)
            if (row[i] is null && columns[i].NotNull)
                throw new ArgumentException($"The row of {name} has no value for {columns[i].Name}.", nameof(values));
        return new WarehouseRow(row);
    }

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>A row to append to a table. Created by <see cref="WarehouseTable.Row"/>.</summary>
public sealed class WarehouseRow
{
    internal WarehouseRow(IReadOnlyList<object?> values) => Values = values;

    /// <summary>The values, in the order of <see cref="WarehouseTable.Columns"/>.</summary>
    public IReadOnlyList<object?> Values { get; }
}

/// <summary>A view of the warehouse. Reads tables, not other views.</summary>
/// <param name="Name">The name.</param>
/// <param name="Query">The query.</param>
public sealed record WarehouseView(string Name, string Query);
