using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Google.Tests.Spanner;

/// <summary>The contract of the database, on Spanner's own emulator, by Google's own client.</summary>
public sealed class SpannerDatabaseTests : DatabaseContract
{
    protected override string? Unavailable => SpannerEmulatorProcess.Missing;

    protected override async Task<IDatabase> OpenAsync() => await SpannerDatabases.CreateAsync();

    protected override Task CloseAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task A_commit_of_nothing_and_a_transaction_of_nothing_succeed()
    {
        await Database.CommitAsync([], default);
        Assert.Equal(7, await Database.TransactAsync(_ => Task.FromResult(7), default));
    }

    [SkippableFact]
    public async Task Times_are_cut_to_microseconds()
    {
        var created = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.FromHours(3)).AddTicks(1234567);
        var users = Schema.Current.Table("Users");
        await Database.CommitAsync([Mutation.Insert(users, ("UserId", "ada"), ("DisplayName", "Ada"), ("Country", "SE"), ("Product", "premium"),
            ("ExplicitFilter", false), ("ExplicitFilterLocked", false), ("CreatedAt", created))], default);
        Assert.Equal(Instant.Truncate(created), (await Database.ReadAsync(users, new Key("ada"), default))!.Timestamp("CreatedAt"));
    }

    [SkippableFact]
    public async Task A_statement_that_is_wrong_says_where()
    {
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => Database.QueryAsync(new Statement("SELECT Nothing FROM Artists"), Parameters.None, null, default).ToListAsync().AsTask());
        Assert.Contains("Unrecognized name: Nothing", wrong.Message);
    }
}
