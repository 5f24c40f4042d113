using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Search;

namespace Spotify.Local.Tests.Database;

public sealed class SchemaVersionTests : IDisposable
{
    private static readonly (string Name, string Sql) First = (
        "0001_first.sql", "CREATE TABLE Songs (SongId STRING(22) NOT NULL, Name STRING(10) NOT NULL) PRIMARY KEY (SongId);");

    private static readonly (string Name, string Sql) Second = ("0002_second.sql", """
        ALTER TABLE Songs ADD COLUMN Plays INT64 NOT NULL DEFAULT (0);
        CREATE TABLE Lyrics (SongId STRING(22) NOT NULL, Line INT64 NOT NULL) PRIMARY KEY (SongId, Line),
            INTERLEAVE IN PARENT Songs ON DELETE CASCADE;
        CREATE INDEX SongsByPlays ON Songs (Plays DESC) STORING (Name);
        """);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    private string DatabaseFile => Path.Combine(directory.FullName, "database.sqlite");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task An_older_database_is_upgraded_in_place_and_keeps_its_rows()
    {
        var old = new Schema([First]);
        using (var database = new SqliteDatabase(DatabaseFile, old))
            await database.CommitAsync([Mutation.Insert(old.Table("Songs"), ("SongId", "a"), ("Name", "Song"))], default);

        var schema = new Schema([First, Second]);
        using var upgraded = new SqliteDatabase(DatabaseFile, schema);
        var row = await upgraded.ReadAsync(schema.Table("Songs"), new Key("a"), null, default);
        Assert.Equal(("Song", 0L), (row!.String("Name"), row.Int64("Plays")));
        await upgraded.CommitAsync([Mutation.Insert(schema.Table("Lyrics"), ("SongId", "a"), ("Line", 1L))], default);
    }

    [Fact]
    public void A_newer_database_is_refused_and_left_unchanged()
    {
        new SqliteDatabase(DatabaseFile, new Schema([First, Second])).Dispose();
        var refusal = Assert.Throws<DataVersionException>(() => new SqliteDatabase(DatabaseFile, new Schema([First])));
        Assert.Contains("written by a newer version (schema 2; this version knows 1)", refusal.Message);
        new SqliteDatabase(DatabaseFile, new Schema([First, Second])).Dispose();
    }

    [Fact]
    public async Task A_failed_upgrade_leaves_the_database_unchanged()
    {
        var old = new Schema([First]);
        using (var database = new SqliteDatabase(DatabaseFile, old))
            await database.CommitAsync([Mutation.Insert(old.Table("Songs"), ("SongId", "a"), ("Name", "Song"))], default);

        // The second statement fails because the index exists.
        var broken = new Schema([First, ("0002_broken.sql", "CREATE INDEX Twice ON Songs (Name); CREATE INDEX Twice ON Songs (Name);")]);
        Assert.ThrowsAny<Exception>(() => new SqliteDatabase(DatabaseFile, broken));

        using var again = new SqliteDatabase(DatabaseFile, new Schema([First, Second]));
        Assert.NotNull(await again.ReadAsync(old.Table("Songs"), new Key("a"), null, default));
    }

    [Fact]
    public async Task Concurrent_openers_upgrade_once()
    {
        new SqliteDatabase(DatabaseFile, new Schema([First])).Dispose();
        await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(_ => Task.Run(() => new SqliteDatabase(DatabaseFile, new Schema([First, Second])).Dispose())));
    }

    [Fact]
    public async Task A_search_index_of_another_format_is_rebuilt_from_its_table()
    {
        var entry = new SearchEntry(EntityType.Track, "id", "Aurora", 1, MarketSet.Everywhere);
        using (var database = new SqliteDatabase(DatabaseFile, Schema.Current))
            await database.CommitAsync([SearchEntries.Write(entry)], default);
        using (var session = new SqliteSession(DatabaseFile))
        {
            session.RunOnce("DROP TABLE SearchEntriesByTerms");
            session.RunOnce("CREATE VIRTUAL TABLE SearchEntriesByTerms USING fts5 (Words)");
        }

        using var again = new SqliteDatabase(DatabaseFile, Schema.Current);
        var query = new SearchQuery([EntityType.Track], [[new SearchTerm(SearchField.Any, "auro", IsPrefix: true)]], "SE", 10);
        var found = await new SqliteSearchIndex(again).CandidatesAsync(query, default);
        Assert.Equal("id", Assert.Single(found[0].Documents).Id);
    }

    [Fact]
    public void Queries_of_stored_columns_read_the_index_only()
    {
        new SqliteDatabase(DatabaseFile, new Schema([First, Second])).Dispose();
        using var session = new SqliteSession(DatabaseFile);
        var plan = session.Query(
            "EXPLAIN QUERY PLAN SELECT SongId, Name FROM Songs WHERE Plays > 5 ORDER BY Plays DESC", Parameters.None).Single();
        Assert.Contains("COVERING INDEX SongsByPlays", plan.String("detail"));
    }

    [Fact]
    public void Files_must_be_numbered_without_gaps()
    {
        var failure = Assert.Throws<FormatException>(() => new Schema([First, ("0003_third.sql", "")]));
        Assert.Contains("0003_third.sql should be numbered 0002", failure.Message);
    }

    [Theory]
    [InlineData("DROP INDEX SongsByPlays;")]
    [InlineData("CREATE TABLE Songs (SongId JSON) PRIMARY KEY (SongId);")]
    [InlineData("CREATE TABLE Songs (SongId STRING(22) NOT NULL) PRIMARY KEY (SongId)")]
    [InlineData("CREATE TABLE Songs (SongId STRING(22) NOT NULL, Name STRING(5) AS (UPPER(SongId)) STORED) PRIMARY KEY (SongId);")]
    [InlineData("CREATE TABLE Songs $")]
    [InlineData(
        "CREATE TABLE Songs (SongId STRING(9) NOT NULL) PRIMARY KEY (SongId), ROW DELETION POLICY (OLDER_THAN(SongId, INTERVAL 1 DAY));")]
    [InlineData("CREATE TABLE Songs (At TIMESTAMP) PRIMARY KEY (At), ROW DELETION POLICY (OLDER_THAN(At, INTERVAL -1 DAY));")]
    [InlineData("CREATE TABLE Songs (At TIMESTAMP) PRIMARY KEY (At), ROW DELETION POLICY (OLDER_THAN(At, INTERVAL 1 HOUR));")]
    public void Statements_that_only_one_engine_supports_are_refused(string sql)
    {
        var failure = Assert.Throws<FormatException>(() => new Schema([("0001_first.sql", sql)]));
        Assert.StartsWith("0001_first.sql: ", failure.Message);
    }
}
