namespace Spotify.Domain.Data;

/// <summary>
/// A query of the warehouse, or an INSERT … SELECT or DELETE inside it, in the SQL that all engines support. A type of its own, because the
/// database has other tables. Like <see cref="Statement"/>s, these are static fields.
/// </summary>
public sealed class WarehouseStatement
{
    /// <summary>Creates a statement.</summary>
    /// <param name="sql">The text. Reads of a table whose partitions must be filtered have a condition on the date.</param>
    /// <param name="parameters">The names (without the @) and types of the parameters.</param>
    /// <exception cref="ArgumentException">A parameter is declared but not used, or used but not declared.</exception>
    public WarehouseStatement(string sql, params (string Name, ColumnType Type)[] parameters)
    {
        var statement = new Statement(sql, parameters);
        (Sql, Parameters) = (statement.Sql, statement.Parameters);
    }

    /// <inheritdoc cref="Statement.Sql"/>
    public string Sql { get; }

    /// <inheritdoc cref="Statement.Parameters"/>
    public IReadOnlyList<(string Name, ColumnType Type)> Parameters { get; }
}
