using Google.Cloud.Spanner.Data;
using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Key = Spotify.Domain.Data.Key;

namespace Spotify.Google.Tests.Database;

/// <summary>The database contract on Spanner's emulator, through Google's client library.</summary>
public sealed class SpannerDatabaseTests : DatabaseContract
{
    protected override string? Unavailable => SpannerEmulatorProcess.Missing;

    protected override async Task<IDatabase> OpenAsync() =>
        SpannerDatabases.Open(await SpannerDatabases.CreateAsync(await SpannerEmulatorProcess.SharedAsync(), schema: TestSchema));

    protected override Task CloseAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task An_empty_commit_and_an_empty_transaction_succeed()
    {
        await Database.CommitAsync([], default);
        Assert.Equal(7, await Database.TransactAsync(_ => Task.FromResult(7), default));
    }

    [SkippableFact]
    public async Task Times_are_truncated_to_microseconds()
    {
        var created = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.FromHours(3)).AddTicks(1234567);
        var users = Schema.Current.Table("Users");
        var ada = Mutation.Insert(
            users,
            ("UserId", "ada"),
            ("DisplayName", "Ada"),
            ("Country", "SE"),
            ("Product", "premium"),
            ("ExplicitFilter", false),
            ("ExplicitFilterLocked", false),
            ("CreatedAt", created));
        await Database.CommitAsync([ada], default);
        Assert.Equal(Instant.Truncate(created), (await Database.ReadAsync(users, new Key("ada"), null, default))!.Timestamp("CreatedAt"));
    }

    [SkippableFact]
    public async Task A_duplicate_value_in_a_unique_index_is_a_constraint_violation()
    {
        var emulator = await SpannerEmulatorProcess.SharedAsync();
        var options = await SpannerDatabases.CreateAsync(emulator);
        await SpannerDatabases.ApplyAsync(emulator, options, "CREATE UNIQUE INDEX ArtistsByName ON Artists (Name)");
        var database = SpannerDatabases.Open(options);
        await database.CommitAsync([Artist("a")], default);
        await Assert.ThrowsAsync<ConstraintException>(() => database.CommitAsync([Artist("b")], default));
        await Assert.ThrowsAsync<RowExistsException>(() => database.CommitAsync([Artist("a")], default));

        static Mutation Artist(string id) =>
            Mutation.Insert(
                Schema.Current.Table("Artists"),
                ("ArtistId", id),
                ("Name", "Same"),
                ("Genres", ""),
                ("Popularity", 0L),
                ("Followers", 0L));
    }

    [SkippableFact]
    public async Task A_missing_table_is_not_reported_as_a_missing_row()
    {
        var unknown = new Schema([("0001_x.sql", "CREATE TABLE Nowhere (Id STRING(22) NOT NULL) PRIMARY KEY (Id);")]).Table("Nowhere");
        var failure = await Assert.ThrowsAsync<SpannerException>(
            () => Database.CommitAsync([Mutation.Update(unknown, ("Id", "a"))], default));
        Assert.Equal(ErrorCode.NotFound, failure.ErrorCode);
    }

    [SkippableFact]
    public async Task An_invalid_statement_is_an_argument_error_with_the_details()
    {
        var rows = Database.QueryAsync(new Statement("SELECT Nothing FROM Artists"), Parameters.None, null, default);
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => rows.ToListAsync().AsTask());
        Assert.Contains("Unrecognized name: Nothing", failure.Message);
    }
}
