using Spotify.Domain.Data;
using Spotify.Fixtures;

namespace Spotify.Spanner.Tests;

public sealed class SpannerStatementTests
{
    // Shared by all tests, because planning a statement changes nothing.
    private static readonly Lazy<Task<RestSpannerDatabase>> Database = new(() => SpannerEmulator.CreateDatabaseAsync(Schema.Current));

    [SkippableTheory]
    [MemberData(nameof(ProductStatements.All), MemberType = typeof(ProductStatements))]
    public async Task Spanner_can_plan_every_statement(string type, string field)
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        await (await Database.Value).PrepareAsync(ProductStatements.Get(type, field));
    }
}
