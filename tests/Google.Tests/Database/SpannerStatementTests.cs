using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Google.Tests.Database;

public sealed class SpannerStatementTests
{
    // Shared by all cases, because queries change nothing.
    private static readonly Lazy<Task<SpannerDatabase>> Database = new(() => SpannerDatabases.CreateAsync());

    [SkippableTheory]
    [MemberData(nameof(ProductStatements.All), MemberType = typeof(ProductStatements))]
    public async Task Every_statement_runs(string type, string field)
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        var statement = ProductStatements.Get(type, field);
        var parameters = new Parameters();
        foreach (var (name, kind) in statement.Parameters) parameters.Add(name, Value(kind));
        await foreach (var row in (await Database.Value).QueryAsync(statement, parameters, null, default)) Assert.NotEmpty(row.Columns);
    }

    private static object Value(ColumnType type) => type switch
    {
        ColumnType.Int64 => 1L,
        ColumnType.Bool => true,
        ColumnType.Float64 => 0.5,
        ColumnType.Timestamp => DateTimeOffset.UnixEpoch,
        ColumnType.Bytes => new byte[] { 1 },
        _ => "x",
    };
}
