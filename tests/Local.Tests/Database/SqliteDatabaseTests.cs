using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

public sealed class SqliteDatabaseTests : DatabaseContract
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private SqliteDatabase? database;

    protected override Task<IDatabase> OpenAsync() =>
        Task.FromResult<IDatabase>(database = new SqliteDatabase(DatabaseFile, TestSchema));

    protected override Task CloseAsync()
    {
        database?.Dispose();
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private string DatabaseFile => Path.Combine(directory.FullName, "database.sqlite");

    [Fact]
    public async Task Committed_rows_survive_reopening()
    {
        var users = Schema.Current.Table("Users");
        var ada = Mutation.Insert(
            users, ("UserId", "ada"), ("DisplayName", "Ada"), ("Country", "SE"), ("Product", "premium"),
            ("ExplicitFilter", false), ("ExplicitFilterLocked", false), ("CreatedAt", DateTimeOffset.UnixEpoch));
        await Database.CommitAsync([ada], default);
        database!.Dispose();
        database = new SqliteDatabase(DatabaseFile, TestSchema);
        Assert.NotNull(await database.ReadAsync(users, new Key("ada"), null, default));
    }

    [Fact]
    public void Tables_are_derived_with_lengths_types_and_references()
    {
        var sql = Definition("Credits");
        Assert.Contains("PlayableId TEXT NOT NULL CHECK (length(PlayableId) <= 22)", sql);
        Assert.Contains("Position INTEGER NOT NULL", sql);
        Assert.Contains("FOREIGN KEY (PlayableId) REFERENCES Playables (PlayableId) ON DELETE CASCADE", sql);
        Assert.EndsWith("WITHOUT ROWID", sql);
    }

    [Fact]
    public void Commits_are_synchronous_and_references_enforced()
    {
        using var lease = database!.RentReader();
        Assert.Equal(2, lease.Session.Query("PRAGMA synchronous", Parameters.None).Single().Int64("synchronous"));
        Assert.Equal(1, lease.Session.Query("PRAGMA fullfsync", Parameters.None).Single().Int64("fullfsync"));
        Assert.Equal(1, lease.Session.Query("PRAGMA foreign_keys", Parameters.None).Single().Int64("foreign_keys"));
        Assert.Equal("wal", lease.Session.Query("PRAGMA journal_mode", Parameters.None).Single().String("journal_mode"));
    }

    [Fact]
    public async Task Two_processes_can_write_the_same_file()
    {
        using var other = new SqliteDatabase(DatabaseFile, TestSchema);
        var artists = Schema.Current.Table("Artists");
        await Task.WhenAll(new[] { database!, other }.Select((writer, w) => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var artist = Mutation.Insert(
                    artists, ("ArtistId", $"{w}-{i}"), ("Name", "x"), ("Genres", ""), ("Popularity", 0L), ("Followers", 0L));
                await writer.CommitAsync([artist], default);
            }
        })));
        var count = await database!.QueryAsync(CountArtists, Parameters.None, null, default).SingleAsync();
        Assert.Equal(40, count.Int64("N"));
    }

    private static readonly Statement CountArtists = new("SELECT COUNT(*) AS N FROM Artists");

    private string Definition(string table)
    {
        using var session = new SqliteSession(DatabaseFile);
        var query = "SELECT sql FROM sqlite_master WHERE name = @name";
        return session.Query(query, new Parameters { { "name", table } }).Single().String("sql");
    }
}
