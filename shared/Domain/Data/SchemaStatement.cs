namespace Spotify.Domain.Data;

/// <summary>A statement of a schema file.</summary>
/// <param name="Sql">The statement in Spanner's GoogleSQL.</param>
public abstract record SchemaStatement(string Sql);

/// <summary><c>CREATE TABLE</c>.</summary>
public sealed record CreateTable(string Sql, Table Table) : SchemaStatement(Sql);

/// <summary><c>ALTER TABLE … ADD COLUMN</c>.</summary>
public sealed record AddColumn(string Sql, string Table, Column Column) : SchemaStatement(Sql);

/// <summary><c>CREATE [UNIQUE] INDEX</c>. Columns include their direction (<c>Popularity DESC</c>).</summary>
public sealed record CreateIndex(
    string Sql, string Name, string Table, IReadOnlyList<string> Columns, bool Unique, IReadOnlyList<string> Storing)
    : SchemaStatement(Sql);

/// <summary>
/// <c>CREATE SEARCH INDEX</c> over TOKENLIST columns. Every search specifies one value of the PARTITION BY column.
/// </summary>
public sealed record CreateSearchIndex(
    string Sql, string Name, string Table, IReadOnlyList<string> TokenColumns, string? PartitionColumn)
    : SchemaStatement(Sql);

/// <summary><c>ALTER TABLE … ADD COLUMN … TOKENLIST</c>: a column generated from another, used by search indexes only.</summary>
public sealed record AddTokens(string Sql, string Table, string TokenColumn, string SourceColumn) : SchemaStatement(Sql);
