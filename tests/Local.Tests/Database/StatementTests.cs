using System.Reflection;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

/// <summary>Every <see cref="Statement"/> of the product is a static field, so that it can be found and prepared here.</summary>
public sealed class StatementTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void There_are_statements_in_the_functions() =>
        Assert.Contains(ProductStatements.All, statement => ((string)statement[0]).StartsWith("Spotify.Functions", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(ProductStatements.All), MemberType = typeof(ProductStatements))]
    public void Every_statement_can_be_prepared(string type, string field)
    {
        var statement = ProductStatements.Get(type, field);
        var path = Path.Combine(directory.FullName, "database.sqlite");
        using var database = new SqliteDatabase(path, Schema.Current);
        using var session = new SqliteSession(path);
        Assert.NotEmpty(session.Query("EXPLAIN " + statement.Sql, Parameters.None));
    }

    [Theory]
    [MemberData(nameof(ProductStatements.All), MemberType = typeof(ProductStatements))]
    public void Statements_keep_to_what_every_engine_speaks(string type, string field)
    {
        var statement = ProductStatements.Get(type, field);
        foreach (var word in new[] { " OVER (", "ESCAPE", "NULLS LAST", "ON CONFLICT", "json_", "ARRAY", " % ", "UNION DISTINCT", "RETURNING", "IFNULL(" })
            Assert.DoesNotContain(word, statement.Sql, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void No_object_keeps_a_statement_of_its_own()
    {
        var fields = ProductStatements.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Statement) && !field.DeclaringType!.Name.Contains('<'));
        Assert.Empty(fields);
    }
}
