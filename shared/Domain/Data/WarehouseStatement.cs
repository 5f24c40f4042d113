namespace Spotify.Domain.Data;

/// <summary>
/// A query of the warehouse, or an INSERT … SELECT or DELETE inside it, in the SQL that all engines support. A type of its own, because the
/// database has other tables. Like <see cref="Statement"/>s, these are static fields.
/// </summary>
/// <param name="sql">The text. Queries of a table whose partitions must be filtered have a condition on the date.</param>
/// <param name="parameters">The names (without the @) and types of the parameters.</param>
/// <exception cref="ArgumentException">A parameter is declared but not used, or used but not declared.</exception>
public sealed class WarehouseStatement(string sql, params (string Name, ColumnType Type)[] parameters)
{
    private readonly Statement statement = new(sql, parameters);

    /// <inheritdoc cref="Statement.Sql"/>
    public string Sql => statement.Sql;

    /// <inheritdoc cref="Statement.Parameters"/>
    public IReadOnlyList<(string Name, ColumnType Type)> Parameters => statement.Parameters;
}
