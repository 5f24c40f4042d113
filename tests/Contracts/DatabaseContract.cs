using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="IDatabase"/> must pass, on the product's tables. Each adapter has a derived class.</summary>
public abstract class DatabaseContract : IAsyncLifetime
{
    /// <summary>The product's schema and a table with a column of bytes, of which the product has none.</summary>
    protected static Schema TestSchema { get; } = new(
    [
        .. Schema.Current.Files.Select(file => (file.Name, string.Concat(file.Statements.Select(statement => statement.Sql + ";")))),
        (
            $"{Schema.Current.Files.Count + 1:0000}_blobs.sql",
            "CREATE TABLE Blobs (BlobId INT64 NOT NULL, Content BYTES(MAX)) PRIMARY KEY (BlobId);"),
    ]);

    private static readonly Table Blobs = TestSchema.Table("Blobs");
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Table Playables = Schema.Current.Table("Playables");
    private static readonly Table Credits = Schema.Current.Table("Credits");
    private static readonly Table Users = Schema.Current.Table("Users");

    private static readonly Statement BlobsWith = new(
        "SELECT BlobId FROM Blobs WHERE Content = @content ORDER BY BlobId", ("content", ColumnType.Bytes));

    private static readonly Statement ArtistNames = new(
        "SELECT ArtistId, Name FROM Artists WHERE Popularity >= @least ORDER BY Name", ("least", ColumnType.Int64));

    private static readonly Statement CountArtists = new("SELECT COUNT(*) AS Artists, SUM(Popularity) AS Popularity FROM Artists");

    private static readonly Statement UserFlags = new(
        "SELECT UserId FROM Users WHERE ExplicitFilter AND CreatedAt <= @before", ("before", ColumnType.Timestamp));

    private static readonly Statement ArtistsByIds = new(
        $"SELECT ArtistId FROM Artists WHERE ArtistId IN ({Statement.List("id", 5)}) ORDER BY ArtistId",
        [.. Statement.ListParameters("id", 5, ColumnType.String)]);

    /// <summary>The database under test. Empty at the start, with <see cref="TestSchema"/>.</summary>
    protected IDatabase Database { get; private set; } = null!;

    /// <summary>Why the tests cannot run on this machine; null if they can.</summary>
    protected virtual string? Unavailable => null;

    /// <summary>Creates the database under test.</summary>
    protected abstract Task<IDatabase> OpenAsync();

    /// <summary>Deletes the database under test.</summary>
    protected abstract Task CloseAsync();

    public async Task InitializeAsync()
    {
        Skip.If(Unavailable is not null, Unavailable);
        Database = await OpenAsync();
    }

    public Task DisposeAsync() => CloseAsync();

    [SkippableFact]
    public async Task Reading_a_missing_row_returns_null() =>
        Assert.Null(await Database.ReadAsync(Artists, new Key("nobody"), null, default));

    [SkippableFact]
    public async Task Values_of_every_type_round_trip()
    {
        var created = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero).AddTicks(1234560);
        await Database.CommitAsync(
        [
            Mutation.Insert(
                Users,
                ("UserId", "1e5"), ("DisplayName", "Ада 🎵 \"x\" 'y'"), ("Email", null), ("Country", "SE"), ("Product", "premium"),
                ("ExplicitFilter", true), ("ExplicitFilterLocked", false), ("CreatedAt", created)),
            Playable("p", gain: -7.25),
        ], default);

        var user = await Database.ReadAsync(Users, new Key("1e5"), null, default);
        Assert.NotNull(user);
        Assert.Equal("1e5", user.String("UserId"));
        Assert.Equal("Ада 🎵 \"x\" 'y'", user.String("DisplayName"));
        Assert.True(user.IsNull("Email"));
        Assert.Null(user.StringOrNull("ImageId"));
        Assert.True(user.Bool("ExplicitFilter"));
        Assert.False(user.Bool("ExplicitFilterLocked"));
        Assert.Equal(created, user.Timestamp("CreatedAt"));
        var playable = await Database.ReadAsync(Playables, new Key("p"), null, default);
        Assert.NotNull(playable);
        Assert.Equal(-7.25, playable.Float64("GainDb"));
        Assert.Null(playable.Float64OrNull("PeakDb"));
        Assert.Null(playable.TimestampOrNull("AvailableFrom"));
        Assert.Equal(180_000, playable.Int64("DurationMs"));
    }

    [SkippableFact]
    public async Task Empty_bytes_are_not_null()
    {
        byte[]?[] contents = [[], [0], null];
        await Database.CommitAsync(
            [.. contents.Select((content, i) => Mutation.Insert(Blobs, ("BlobId", (long)i), ("Content", content)))], default);
        var rows = new List<Row?>();
        for (var i = 0L; i < contents.Length; i++) rows.Add(await Database.ReadAsync(Blobs, new Key(i), null, default));
        Assert.Equal(contents, rows.Select(row => row!.IsNull("Content") ? null : row.Bytes("Content")));

        var parameters = new Parameters { { "content", Array.Empty<byte>() } };
        var empty = await Database.QueryAsync(BlobsWith, parameters, null, default).ToListAsync();
        Assert.Equal([0L], empty.Select(row => row.Int64("BlobId")));
    }

    [SkippableFact]
    public async Task Insert_fails_if_the_row_exists_and_changes_nothing()
    {
        await Database.CommitAsync([Artist("a", "First")], default);
        await Assert.ThrowsAsync<RowExistsException>(() => Database.CommitAsync([Artist("b", "Other"), Artist("a", "Second")], default));
        Assert.Equal(["First"], await NamesAsync());
    }

    [SkippableFact]
    public async Task Update_changes_the_given_columns_only()
    {
        await Database.CommitAsync([Artist("a", "First", popularity: 7)], default);
        await Database.CommitAsync([Mutation.Update(Artists, ("ArtistId", "a"), ("Name", "Second"))], default);
        var row = await Database.ReadAsync(Artists, new Key("a"), null, default);
        Assert.Equal(("Second", 7L), (row!.String("Name"), row.Int64("Popularity")));
    }

    [SkippableFact]
    public async Task Update_fails_if_the_row_is_missing()
    {
        await Assert.ThrowsAsync<RowMissingException>(() =>
            Database.CommitAsync([Artist("b", "Other"), Mutation.Update(Artists, ("ArtistId", "a"), ("Name", "x"))], default));
        Assert.Empty(await NamesAsync());
    }

    [SkippableFact]
    public async Task Upsert_adds_a_row_and_changes_the_given_columns_of_an_existing_one()
    {
        await Database.CommitAsync([Artist("a", "First", MutationKind.Upsert, popularity: 9)], default);
        await Database.CommitAsync(
            [
            Mutation.Upsert(Artists, ("ArtistId", "a"), ("Name", "Second"), ("Genres", ""), ("Followers", 5L), ("Popularity", 9L)),
            ], default);
        var row = await Database.ReadAsync(Artists, new Key("a"), null, default);
        Assert.Equal(("Second", 9L, 5L), (row!.String("Name"), row.Int64("Popularity"), row.Int64("Followers")));
    }

    [SkippableFact]
    public async Task Mutations_are_applied_in_order()
    {
        await Database.CommitAsync(
        [
            Artist("a", "First"),
            Mutation.Update(Artists, ("ArtistId", "a"), ("Name", "Second")),
            Mutation.Delete(Artists, new Key("a")),
            Artist("a", "Third"),
        ], default);
        Assert.Equal(["Third"], await NamesAsync());
    }

    [SkippableFact]
    public async Task Delete_accepts_a_key_or_a_key_prefix_and_ignores_missing_rows()
    {
        await Database.CommitAsync(
            [Artist("a", "A"), Playable("p"), Playable("q"), Credit("p", 0), Credit("p", 1), Credit("q", 0)], default);
        await Database.CommitAsync(
        [
            Mutation.Delete(Credits, new Key("p")),
            Mutation.Delete(Credits, new Key("q", 7L)),
            Mutation.Delete(Artists, new Key("nobody")),
        ], default);
        Assert.Null(await Database.ReadAsync(Credits, new Key("p", 0L), null, default));
        Assert.Null(await Database.ReadAsync(Credits, new Key("p", 1L), null, default));
        Assert.NotNull(await Database.ReadAsync(Credits, new Key("q", 0L), null, default));
    }

    [SkippableFact]
    public async Task Delete_range_includes_its_start_and_excludes_its_end()
    {
        await Database.CommitAsync(
            [Artist("a", "A"), Playable("p"), Credit("p", 0), Credit("p", 1), Credit("p", 2), Credit("p", 3)], default);
        await Database.CommitAsync([Mutation.DeleteRange(Credits, new Key("p", 1L), new Key("p", 3L))], default);
        Assert.NotNull(await Database.ReadAsync(Credits, new Key("p", 0L), null, default));
        Assert.Null(await Database.ReadAsync(Credits, new Key("p", 1L), null, default));
        Assert.Null(await Database.ReadAsync(Credits, new Key("p", 2L), null, default));
        Assert.NotNull(await Database.ReadAsync(Credits, new Key("p", 3L), null, default));
    }

    [SkippableFact]
    public async Task Deleting_a_parent_deletes_its_interleaved_children()
    {
        await Database.CommitAsync([Artist("a", "A"), Playable("p"), Credit("p", 0)], default);
        await Database.CommitAsync([Mutation.Delete(Playables, new Key("p"))], default);
        Assert.Null(await Database.ReadAsync(Credits, new Key("p", 0L), null, default));
    }

    [SkippableFact]
    public async Task A_reference_to_a_missing_row_is_rejected()
    {
        await Assert.ThrowsAsync<ConstraintException>(() => Database.CommitAsync([Playable("p"), Credit("p", 0)], default));
        Assert.Null(await Database.ReadAsync(Playables, new Key("p"), null, default));
    }

    [SkippableFact]
    public async Task A_child_without_its_parent_is_rejected() =>
        await Assert.ThrowsAsync<ConstraintException>(() => Database.CommitAsync([Artist("a", "A"), Credit("p", 0)], default));

    [SkippableFact]
    public async Task A_null_in_a_required_column_is_rejected() =>
        await Assert.ThrowsAsync<ConstraintException>(() => Database.CommitAsync([Artist("a", null!)], default));

    [SkippableFact]
    public async Task A_missing_required_column_is_rejected() =>
        await Assert.ThrowsAsync<ConstraintException>(() => Database.CommitAsync([Mutation.Insert(Artists, ("ArtistId", "a"))], default));

    [SkippableFact]
    public async Task Lengths_are_limited_in_characters()
    {
        await Database.CommitAsync([Artist("a", string.Concat(Enumerable.Repeat("🎵", 1024)))], default);
        await Assert.ThrowsAsync<ConstraintException>(() => Database.CommitAsync([Artist("b", new string('x', 1025))], default));
    }

    [SkippableFact]
    public async Task Queries_have_typed_parameters_and_order_by_bytes()
    {
        await Database.CommitAsync(
        [
            Artist("a", "b", popularity: 3),
            Artist("b", "B", popularity: 3),
            Artist("c", "é", popularity: 3),
            Artist("d", "low", popularity: 1),
        ], default);
        Assert.Equal(["B", "b", "é"], await NamesAsync(3));
    }

    [SkippableFact]
    public async Task Booleans_and_times_can_be_compared()
    {
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        await Database.CommitAsync([User("a", true, noon), User("b", false, noon), User("c", true, noon.AddTicks(10))], default);
        var rows = await Database.QueryAsync(UserFlags, new Parameters { { "before", noon } }, null, default).ToListAsync();
        Assert.Equal(["a"], rows.Select(row => row.String("UserId")));
    }

    [SkippableFact]
    public async Task The_count_of_no_rows_is_zero_and_the_sum_is_null()
    {
        var row = await Database.QueryAsync(CountArtists, Parameters.None, null, default).SingleAsync();
        Assert.Equal(0, row.Int64("Artists"));
        Assert.True(row.IsNull("Popularity"));
    }

    [SkippableFact]
    public async Task A_list_with_fewer_values_than_parameters_returns_each_row_once()
    {
        await Database.CommitAsync([Artist("a", "A"), Artist("b", "B"), Artist("c", "C")], default);
        var parameters = new Parameters().AddList("id", ["c", "a", "nobody"], 5);
        var rows = await Database.QueryAsync(ArtistsByIds, parameters, null, default).ToListAsync();
        Assert.Equal(["a", "c"], rows.Select(row => row.String("ArtistId")));
    }

    [SkippableFact]
    public async Task A_query_can_be_abandoned_and_repeated()
    {
        await Database.CommitAsync([.. Enumerable.Range(0, 50).Select(i => Artist($"a{i:00}", $"N{i:00}"))], default);
        await foreach (var row in Database.QueryAsync(ArtistNames, new Parameters { { "least", 0L } }, null, default))
        {
            Assert.Equal("N00", row.String("Name"));
            break;
        }

        Assert.Equal(50, (await NamesAsync()).Count);
    }

    [SkippableFact]
    public async Task A_read_with_zero_staleness_sees_the_last_commit()
    {
        await Database.CommitAsync([Artist("a", "A")], default);
        var parameters = new Parameters { { "least", 0L } };
        var rows = await Database.QueryAsync(ArtistNames, parameters, new Staleness(TimeSpan.Zero), default).ToListAsync();
        Assert.Single(rows);
        Assert.NotNull(await Database.ReadAsync(Artists, new Key("a"), new Staleness(TimeSpan.Zero), default));
        Assert.NotNull(await Database.ReadRecentAsync(Artists, new Key("a"), default));
    }

    [SkippableFact]
    public async Task A_stale_read_sees_a_committed_state()
    {
        await Database.CommitAsync([Artist("a", "A"), Artist("b", "B")], default);
        var staleness = new Staleness(TimeSpan.FromMilliseconds(1));
        var rows = await Database.QueryAsync(ArtistNames, new Parameters { { "least", 0L } }, staleness, default).ToListAsync();
        Assert.True(rows.Count is 0 or 2, $"The read returned {rows.Count} of two rows that were committed together.");
        var row = await Database.ReadAsync(Artists, new Key("a"), staleness, default);
        Assert.True(row is null || row.String("Name") == "A");
    }

    [SkippableFact]
    public async Task A_transaction_does_not_read_its_own_mutations_and_commits_at_its_end()
    {
        await Database.CommitAsync([Artist("a", "First", popularity: 1)], default);
        var seen = await Database.TransactAsync(async transaction =>
        {
            transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", 2L)));
            var row = await transaction.ReadAsync(Artists, new Key("a"));
            var counted = await transaction.QueryAsync(CountArtists, Parameters.None).SingleAsync();
            return (row!.Int64("Popularity"), counted.Int64("Artists"));
        }, default);
        Assert.Equal((1, 1), seen);
        Assert.Equal(2, (await Database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
    }

    [SkippableFact]
    public async Task A_transaction_whose_body_throws_changes_nothing_and_holds_no_locks()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.TransactAsync<int>(transaction =>
        {
            transaction.Add(Artist("a", "A"));
            throw new InvalidOperationException();
        }, default));
        await Database.CommitAsync([Artist("b", "B")], default);
        Assert.Equal(["B"], await NamesAsync());
    }

    [SkippableFact]
    public async Task A_transaction_that_fails_to_commit_changes_nothing()
    {
        await Database.CommitAsync([Artist("a", "A")], default);
        await Assert.ThrowsAsync<RowExistsException>(() => Database.TransactAsync(transaction =>
        {
            transaction.Add(Artist("b", "B"));
            transaction.Add(Artist("a", "Again"));
            return Task.FromResult(0);
        }, default));
        Assert.Equal(["A"], await NamesAsync());
    }

    [SkippableFact]
    public async Task Concurrent_transactions_do_not_lose_updates()
    {
        await Database.CommitAsync([Artist("a", "A", popularity: 0)], default);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await Database.TransactAsync(async transaction =>
                {
                    var row = await transaction.ReadAsync(Artists, new Key("a"));
                    transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", row!.Int64("Popularity") + 1)));
                    return 0;
                }, default);
        })));
        Assert.Equal(40, (await Database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
    }

    [SkippableFact]
    public async Task A_failed_commit_does_not_affect_concurrent_ones()
    {
        await Database.CommitAsync([Artist("a0", "A")], default);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            var id = i % 3 == 0 ? "a0" : $"a{i}";
            var commit = Database.CommitAsync([Artist($"b{i:00}", $"B{i:00}"), Artist(id, "A")], default);
            if (id == "a0") await Assert.ThrowsAsync<RowExistsException>(() => commit);
            else await commit;
        })));
        Assert.Equal(8, (await NamesAsync()).Count(name => name.StartsWith('B')));
    }

    [SkippableFact]
    public async Task A_canceled_commit_changes_nothing()
    {
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.CommitAsync([Artist("a", "A")], canceled));
        Assert.Empty(await NamesAsync());
    }

    private static Mutation Artist(string id, string name, MutationKind kind = MutationKind.Insert, long popularity = 0)
    {
        (string, object?)[] values = [("ArtistId", id), ("Name", name), ("Genres", ""), ("Popularity", popularity), ("Followers", 0L)];
        return kind == MutationKind.Insert ? Mutation.Insert(Artists, values) : Mutation.Upsert(Artists, values);
    }

    private static Mutation Playable(string id, double? gain = null) => Mutation.Insert(
        Playables,
        ("PlayableId", id), ("Type", "track"), ("ParentId", "album"), ("DiscNumber", 1L), ("Number", 1L), ("Name", "Song"),
        ("DurationMs", 180_000L), ("Explicit", false), ("Popularity", 0L), ("Markets", "*"), ("ReleaseDate", "2026"),
        ("Description", ""), ("Languages", ""), ("GainDb", gain));

    private static Mutation Credit(string playable, long position) =>
        Mutation.Insert(
            Credits,
            ("PlayableId", playable), ("Position", position), ("ArtistId", "a"), ("Popularity", 0L), ("Markets", "*"));

    private static Mutation User(string id, bool filter, DateTimeOffset created) => Mutation.Insert(
        Users,
        ("UserId", id), ("DisplayName", id), ("Country", "SE"), ("Product", "free"), ("ExplicitFilter", filter),
        ("ExplicitFilterLocked", false), ("CreatedAt", created));

    private async Task<List<string>> NamesAsync(long least = 0) => await Database
        .QueryAsync(ArtistNames, new Parameters { { "least", least } }, null, default)
        .Select(row => row.String("Name"))
        .ToListAsync();
}
