using System.Text.RegularExpressions;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Database;
using Spotify.Local.Warehouse;

namespace Spotify.Local.Tests.Warehouse;

/// <summary>Tests of every <see cref="WarehouseStatement"/> of the product. They are static fields, so that they can be found.</summary>
public sealed partial class WarehouseStatementTests(WarehouseStatementTests.WarehouseFile file)
    : IClassFixture<WarehouseStatementTests.WarehouseFile>
{
    [Theory]
    [MemberData(nameof(ProductWarehouseStatements.All), MemberType = typeof(ProductWarehouseStatements))]
    public void A_statement_reads_the_days_that_it_needs_only(string type, string field)
    {
        var statement = ProductWarehouseStatements.Get(type, field);
        using var session = new SqliteSession(file.Path);
        var plan = session.Query("EXPLAIN QUERY PLAN " + statement.Sql, ProductWarehouseStatements.Values(statement))
            .Select(row => row.String("detail")).ToList();
        Assert.NotEmpty(plan);
        // BigQuery refuses a query that reads all partitions of such a table.
        var partitioned = WarehouseSchema.Current.Tables.Where(table => table.RequirePartitionFilter);
        Assert.All(partitioned, table => Assert.All(
            plan.Where(step => step.Contains($"INDEX {table.Name}_order", StringComparison.Ordinal)),
            step => Assert.Contains("(date", step, StringComparison.Ordinal)));
        Assert.DoesNotContain(plan, step => FullScan().IsMatch(step));
    }

    [Theory]
    [MemberData(nameof(ProductWarehouseStatements.All), MemberType = typeof(ProductWarehouseStatements))]
    public void Statements_use_only_features_of_both_engines(string type, string field) =>
        AssertPortable(ProductWarehouseStatements.Get(type, field).Sql);

    [Fact]
    public void Views_use_only_features_of_both_engines() =>
        Assert.All(WarehouseSchema.Current.Views, view => AssertPortable(view.Query));

    private static void AssertPortable(string sql)
    {
        string[] unsupported =
        [
            " OVER (", "ESCAPE", "NULLS LAST", "ON CONFLICT", "json_", "ARRAY", "UNNEST", " % ", "UNION DISTINCT", "RETURNING", "IFNULL(",
            "DATE_", "DATE(", "TIMESTAMP_", "strftime", "julianday", "CAST(", "QUALIFY", "EXCEPT", "FULL JOIN",
        ];
        Assert.All(unsupported, word => Assert.DoesNotContain(word, sql, StringComparison.OrdinalIgnoreCase));
        // An integer divided by an integer is an integer in SQLite only.
        Assert.All(Division().Matches(sql), division => Assert.StartsWith("1.0 * ", division.Value));
    }

    [GeneratedRegex(@"(1\.0 \* )?\S+ / ")]
    private static partial Regex Division();

    [GeneratedRegex(@"^SCAN (plays|ad_impressions|library_changes|telemetry|generated_picks)\b")]
    private static partial Regex FullScan();

    /// <summary>An empty warehouse.</summary>
    public sealed class WarehouseFile : IDisposable
    {
        private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

        public WarehouseFile() => new SqliteWarehouse(Path, WarehouseSchema.Current).Dispose();

        public string Path => System.IO.Path.Combine(directory.FullName, "warehouse.sqlite");

        public void Dispose() => directory.Delete(recursive: true);
    }
}
