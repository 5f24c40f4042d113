using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

public sealed class RowDeletionTests : IDisposable
{
    private static readonly Schema Schema = new([("0001_first.sql", """
        CREATE TABLE Visits (UserId STRING(22) NOT NULL, Number INT64 NOT NULL, EndedAt TIMESTAMP) PRIMARY KEY (UserId, Number),
          ROW DELETION POLICY (OLDER_THAN(EndedAt, INTERVAL 2 DAY));
        CREATE TABLE Pages (UserId STRING(22) NOT NULL, Number INT64 NOT NULL, Page INT64 NOT NULL) PRIMARY KEY (UserId, Number, Page),
          INTERLEAVE IN PARENT Visits ON DELETE CASCADE;
        """)]);

    private static readonly Table Visits = Schema.Table("Visits");
    private static readonly Table Pages = Schema.Table("Pages");
    private static readonly Statement AllVisits = new("SELECT UserId FROM Visits ORDER BY UserId");
    private static readonly Statement AllPages = new("SELECT UserId FROM Pages ORDER BY UserId");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SleepingClock clock = new();
    private readonly SqliteDatabase database;

    public RowDeletionTests() => database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema);

    public void Dispose()
    {
        database.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Rows_are_deleted_with_their_children_when_they_are_old_enough()
    {
        var now = clock.GetUtcNow();
        await database.CommitAsync(
        [
            Visit("old", 0, now.AddDays(-2)), Page("old"),
            Visit("young", 0, now.AddDays(-2).AddTicks(10)), Page("young"),
            Visit("current", 0, null), Page("current"),
        ], default);
        Assert.False(await database.DeleteExpiredAsync(now, default));
        Assert.Equal(["current", "young"], await UsersAsync(AllVisits));
        Assert.Equal(["current", "young"], await UsersAsync(AllPages));
    }

    [Fact]
    public async Task The_host_deletes_in_batches_and_looks_again_every_hour()
    {
        await database.CommitAsync([.. Enumerable.Range(0, 1500).Select(i => Visit("old", i, clock.GetUtcNow().AddDays(-3)))], default);
        await database.CommitAsync([Visit("young", 0, clock.GetUtcNow().AddDays(-2).AddMinutes(30))], default);
        using var deletion = new RowDeletion(database, clock, NullLogger<RowDeletion>.Instance);
        await deletion.StartAsync(default);

        var pause = await clock.NextSleepAsync();
        Assert.Equal(501, (await UsersAsync(AllVisits)).Count);
        Assert.InRange(pause, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
        clock.Advance(pause);
        var interval = await clock.NextSleepAsync();
        Assert.Equal(["young"], await UsersAsync(AllVisits));
        Assert.Equal(TimeSpan.FromHours(1), interval);
        clock.Advance(interval);
        await clock.NextSleepAsync();
        Assert.Empty(await UsersAsync(AllVisits));
        await deletion.StopAsync(default);
    }

    private static Mutation Visit(string user, long number, DateTimeOffset? ended) =>
        Mutation.Insert(Visits, ("UserId", user), ("Number", number), ("EndedAt", ended));

    private static Mutation Page(string user) => Mutation.Insert(Pages, ("UserId", user), ("Number", 0L), ("Page", 1L));

    private async Task<List<string>> UsersAsync(Statement statement) =>
        await database.QueryAsync(statement, Parameters.None, null, default).Select(row => row.String("UserId")).ToListAsync();

    // Reports the sleeps that start, so that tests need not poll.
    private sealed class SleepingClock : TimeProvider
    {
        private readonly ManualTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        private readonly Channel<TimeSpan> sleeps = Channel.CreateUnbounded<TimeSpan>();

        public override DateTimeOffset GetUtcNow() => clock.Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = clock.CreateTimer(callback, state, dueTime, period);
            sleeps.Writer.TryWrite(dueTime);
            return timer;
        }

        public void Advance(TimeSpan by) => clock.Advance(by);

        public async Task<TimeSpan> NextSleepAsync() => await sleeps.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
