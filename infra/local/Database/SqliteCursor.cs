namespace Spotify.Local.Database;

/// <summary>
/// The rows of a running query, whose columns are read by number, without allocations for those that are not. Disposing ends the query.
/// </summary>
internal readonly struct SqliteCursor(SqliteStatement statement) : IDisposable
{
    /// <summary>Goes to the next row, or to the first one.</summary>
    /// <returns>False if there are no more rows.</returns>
    public bool Next() => statement.Step();

    /// <summary>Returns an INTEGER.</summary>
    public long Int64(int column) => statement.Int64(column);

    /// <summary>Returns a TEXT that is not null.</summary>
    public string Text(int column) => statement.Text(column);

    /// <summary>Returns whether a value is null.</summary>
    public bool IsNull(int column) => statement.IsNull(column);

    /// <inheritdoc/>
    public void Dispose() => statement.Close();
}
