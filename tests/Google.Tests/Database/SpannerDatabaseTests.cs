using Google.Cloud.Spanner.Data;
using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Key = Spotify.Domain.Data.Key;

namespace Spotify.Google.Tests.Database;

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
    public async Task A_value_that_a_unique_index_has_is_no_row_that_exists()
    {
        var emulator = await SpannerEmulatorProcess.SharedAsync();
        var options = await SpannerDatabases.CreateAsync(emulator);
        await SpannerDatabases.ApplyAsync(emulator, options, "CREATE UNIQUE INDEX ArtistsByName ON Artists (Name)");
        var database = SpannerDatabases.Open(options);
        await database.CommitAsync([Artist("a")], default);
        await Assert.ThrowsAsync<ConstraintException>(() => database.CommitAsync([Artist("b")], default));
        await Assert.ThrowsAsync<RowExistsException>(() => database.CommitAsync([Artist("a")], default));

        static Mutation Artist(string id) =>
            Mutation.Insert(Schema.Current.Table("Artists"), ("ArtistId", id), ("Name", "Same"), ("Genres", ""), ("Popularity", 0L), ("Followers", 0L));
    }

    [SkippableFact]
    public async Task A_table_that_is_not_there_is_no_row_that_is_missing()
    {
        var unknown = new Schema([("0001_x.sql", "CREATE TABLE Nowhere (Id STRING(22) NOT NULL) PRIMARY KEY (Id);")]).Table("Nowhere");
        var failure = await Assert.ThrowsAsync<SpannerException>(() => Database.CommitAsync([Mutation.Update(unknown, ("Id", "a"))], default));
        Assert.Equal(ErrorCode.NotFound, failure.ErrorCode);
    }

    [SkippableFact]
    public async Task A_statement_that_is_wrong_says_where()
    {
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => Database.QueryAsync(new Statement("SELECT Nothing FROM Artists"), Parameters.None, null, default).ToListAsync().AsTask());
        Assert.Contains("Unrecognized name: Nothing", wrong.Message);
    }
}
