using System.Reflection;
using Spotify.Domain.Data;

namespace Spotify.Local.Tests.Database;

/// <summary>Every <see cref="Statement"/> of the product is a static field, so that it can be found and prepared here.</summary>
public sealed class StatementTests : IDisposable
{
    private static readonly string[] Assemblies = ["Spotify.Domain", "Spotify.Web", "Spotify.Functions", "Spotify.Local"];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public static IEnumerable<object[]> Fields => Statements().Select(found => new object[] { found.DeclaringType!.FullName!, found.Name });

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void There_are_statements_in_the_functions() =>
        Assert.Contains(Statements(), field => field.DeclaringType!.Namespace!.StartsWith("Spotify.Functions", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Fields))]
    public void Every_statement_can_be_prepared(string type, string field)
    {
        var statement = (Statement)Statements().Single(candidate => candidate.DeclaringType!.FullName == type && candidate.Name == field).GetValue(null)!;
        var path = Path.Combine(directory.FullName, "database.sqlite");
        using var database = new SqliteDatabase(path, Schema.Current);
        using var session = new SqliteSession(path);
        Assert.NotEmpty(session.Query("EXPLAIN " + statement.Sql, Parameters.None));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Statements_keep_to_what_every_engine_speaks(string type, string field)
    {
        var statement = (Statement)Statements().Single(candidate => candidate.DeclaringType!.FullName == type && candidate.Name == field).GetValue(null)!;
        foreach (var word in new[] { " OVER (", "ESCAPE", "NULLS LAST", "ON CONFLICT", "json_", "ARRAY", " % ", "UNION DISTINCT", "RETURNING", "IFNULL(" })
            Assert.DoesNotContain(word, statement.Sql, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void No_object_keeps_a_statement_of_its_own()
    {
        var fields = Assemblies.Select(Assembly.Load).SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Statement) && !field.DeclaringType!.Name.Contains('<'));
        Assert.Empty(fields);
    }

    private static IEnumerable<FieldInfo> Statements() => Assemblies.Select(Assembly.Load).SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(field => field.FieldType == typeof(Statement));
}
