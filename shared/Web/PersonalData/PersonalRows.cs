using System.Collections.Concurrent;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Web.PersonalData;

/// <summary>
/// Erases rows: adds mutations to the transaction that has read the rows. Must erase all of the rows, or a part of what they refer to.
/// </summary>
public delegate Task EraseRows(ITransaction transaction, string userId, IReadOnlyList<Row> rows, DateTimeOffset now);

/// <summary>The rows of a table that contain a user's id: what is exported for the user, and erased when the account is removed.</summary>
/// <param name="TableName">The table.</param>
/// <param name="Column">The column with the user's id. The primary key or an index starts with it.</param>
public sealed record PersonalRows(string TableName, string Column)
{
    private static readonly ConcurrentDictionary<string, Statement> Statements = new();

    /// <summary>The name in exports. By default that of the table.</summary>
    public string Name { get; init; } = TableName;

    /// <summary>
    /// The SQL that selects the rows of <c>@user</c>, from FROM. By default those with the user's id in <see cref="Column"/>.
    /// </summary>
    public string Source { get; init; } = $"FROM {TableName} WHERE {TableName}.{Column} = @user";

    /// <summary>The maximum number of rows that a transaction erases.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>Erases rows. By default deletes them.</summary>
    public EraseRows Erase { get; init; } = (transaction, _, rows, _) =>
    {
        var table = Schema.Current.Table(TableName);
        foreach (var row in rows)
            transaction.Add(Mutation.Delete(table, new Key([.. table.KeyColumns.Select(column => Value(table.Column(column), row)!)])));
        return Task.CompletedTask;
    };

    /// <summary>The table.</summary>
    public Table Table => Schema.Current.Table(TableName);

    /// <summary>The columns that are exported: all, except hashes of secrets.</summary>
    public IEnumerable<Column> Exported =>
        Table.Columns.Where(column => !column.Name.EndsWith("Hash", StringComparison.Ordinal) && column.Name != "Salt");

    /// <summary>The query of the rows. Not a static field, because it follows from the declaration.</summary>
    public Statement Select => Statements.GetOrAdd(
        $"SELECT {string.Join(", ", Table.Columns.Select(column => $"{TableName}.{column.Name}"))} {Source} LIMIT @limit",
        sql => new Statement(sql, ("user", ColumnType.String), ("limit", ColumnType.Int64)));

    /// <summary>Returns the value of a column of a row.</summary>
    public static object? Value(Column column, Row row) => row.IsNull(column.Name)
        ? null
        : column.Type switch
        {
            ColumnType.String => row.String(column.Name),
            ColumnType.Int64 => row.Int64(column.Name),
            ColumnType.Bool => row.Bool(column.Name),
            ColumnType.Float64 => row.Float64(column.Name),
            ColumnType.Timestamp => row.Timestamp(column.Name),
            _ => row.Bytes(column.Name),
        };

    /// <summary>Returns the rows of a user.</summary>
    public IAsyncEnumerable<Row> ReadAsync(IDatabase database, string userId, CancellationToken ct) =>
        database.QueryAsync(Select, Of(userId, long.MaxValue), null, ct);

    /// <summary>Returns whether a user has rows.</summary>
    public async Task<bool> AnyAsync(ITransaction transaction, string userId) =>
        await transaction.QueryAsync(Select, Of(userId, 1)).AnyAsync();

    /// <summary>Erases up to <see cref="PageSize"/> rows of a user. Returns false if there were none.</summary>
    public Task<bool> EraseAsync(IDatabase database, string userId, DateTimeOffset now, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var rows = await transaction.QueryAsync(Select, Of(userId, PageSize)).ToListAsync(ct);
            if (rows.Count > 0) await Erase(transaction, userId, rows, now);
            return rows.Count > 0;
        },
        ct);

    private static Parameters Of(string userId, long limit) => new() { { "user", userId }, { "limit", limit } };
}
