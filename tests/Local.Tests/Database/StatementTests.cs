using System.Reflection;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

/// <summary>Tests of every <see cref="Statement"/> of the product. They are static fields, so that they can be found.</summary>
public sealed class StatementTests(StatementTests.DatabaseFile file) : IClassFixture<StatementTests.DatabaseFile>
{
    [Fact]
    public void Statements_of_the_functions_are_found() =>
        Assert.Contains(
            ProductStatements.All, statement => ((string)statement[0]).StartsWith("Spotify.Functions", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(ProductStatements.All), MemberType = typeof(ProductStatements))]
    public void Every_statement_can_be_prepared(string type, string field)
    {
        var statement = ProductStatements.Get(type, field);
        using var session = new SqliteSession(file.Path);
        Assert.NotEmpty(session.Query("EXPLAIN " + statement.Sql, Parameters.None));
    }

    [Theory]
    [MemberData(nameof(ProductStatements.All), MemberType = typeof(ProductStatements))]
    public void Statements_use_only_features_of_both_engines(string type, string field)
    {
        var statement = ProductStatements.Get(type, field);
        string[] unsupported =
        [
            " OVER (", "ESCAPE", "NULLS LAST", "ON CONFLICT", "json_", "ARRAY", " % ", "UNION DISTINCT", "RETURNING", "IFNULL(",
        ];
        foreach (var word in unsupported)
            Assert.DoesNotContain(word, statement.Sql, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void No_statement_is_an_instance_field()
    {
        var fields = ProductStatements.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Statement) || field.FieldType == typeof(WarehouseStatement))
            .Where(field => !field.DeclaringType!.Name.Contains('<') && field.DeclaringType != typeof(WarehouseStatement))
            // Exports are static fields of statements that are static fields.
            .Where(field => field.DeclaringType != typeof(WarehouseExport));
        Assert.Empty(fields);
    }

    /// <summary>An empty database.</summary>
    public sealed class DatabaseFile : IDisposable
    {
        private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

        public DatabaseFile() => new SqliteDatabase(Path, Schema.Current).Dispose();

        public string Path => System.IO.Path.Combine(directory.FullName, "database.sqlite");

        public void Dispose() => directory.Delete(recursive: true);
    }
}
