namespace Spotify.Domain.Data;

/// <summary>A statement of a schema file.</summary>
/// <param name="Sql">The statement in Spanner's GoogleSQL.</param>
public abstract record SchemaStatement(string Sql);

/// <summary><c>CREATE TABLE</c>.</summary>
public sealed record CreateTable(string Sql, Table Table) : SchemaStatement(Sql);

/// <summary><c>ALTER TABLE … ADD COLUMN</c>.</summary>
public sealed record AddColumn(string Sql, string Table, Column Column) : SchemaStatement(Sql);

/// <summary>
/// <c>CREATE [UNIQUE | NULL_FILTERED] INDEX</c>. Columns include their direction (<c>Popularity DESC</c>). A null-filtered index has no
/// rows whose first column is null.
/// </summary>
public sealed record CreateIndex(
    string Sql, string Name, string Table, IReadOnlyList<string> Columns, bool Unique, bool NullFiltered, IReadOnlyList<string> Storing)
    : SchemaStatement(Sql);

/// <summary>
/// <c>CREATE SEARCH INDEX</c> over TOKENLIST columns. Every search specifies one value of the PARTITION BY column and sorts by the ORDER BY
/// column.
/// </summary>
public sealed record CreateSearchIndex(
    string Sql, string Name, string Table, IReadOnlyList<string> TokenColumns, string? PartitionColumn, string? OrderColumn)
    : SchemaStatement(Sql);

/// <summary>
/// <c>ALTER TABLE … ADD COLUMN … TOKENLIST</c> or <c>ARRAY</c>: a column generated from another, used by search indexes only.
/// </summary>
public sealed record AddTokens(string Sql, string Table, string TokenColumn, string SourceColumn) : SchemaStatement(Sql);

/// <summary><c>DROP SEARCH INDEX</c>.</summary>
public sealed record DropSearchIndex(string Sql, string Name) : SchemaStatement(Sql);

/// <summary><c>DROP TABLE</c>.</summary>
public sealed record DropTable(string Sql, string Table) : SchemaStatement(Sql);
