using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Ingest;
using Spotify.Functions.ObjectRemovals;
using Spotify.Local.Database;
using Spotify.Local.Objects;

namespace Spotify.Local.Tests.Import;

public sealed class ObjectRemovalsTests : IDisposable
{
    private const string Hash = "dff12d77864e44a5cadbb209c3094971c7939c4fa6321af53476c0c17084088e";

    private static readonly Table Removals = Schema.Current.Table("ObjectRemovals");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteDatabase database;
    private readonly DirectoryObjectStore store;
    private readonly ManualTimeProvider clock = new();
    private readonly ObjectRemovalService removals;

    public ObjectRemovalsTests()
    {
        database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);
        store = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        removals = new ObjectRemovalService(database, store, clock);
    }

    public void Dispose()
    {
        database.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task What_an_interrupted_import_leaves_goes_after_a_day()
    {
        var prefix = Revision.Prefix("track", await removals.ReserveAsync("track", Hash, default));
        await WriteAsync(prefix + "high.ogg");
        Assert.Equal(0, await removals.SweepAsync(default));
        clock.Advance(ObjectRemovalService.Reservation);
        Assert.Equal(1, await removals.SweepAsync(default));
        Assert.Empty(await ListAsync());
        Assert.Empty(await PendingAsync());
    }

    [Fact]
    public async Task Reserving_again_is_the_same_revision_unless_its_removal_is_near()
    {
        var revision = await removals.ReserveAsync("track", Hash, default);
        Assert.Equal(Revision.Of(Hash, 0), revision);
        Assert.Equal(revision, await removals.ReserveAsync("track", Hash, default));

        await database.CommitAsync([Mutation.Upsert(Removals, ("Prefix", Revision.Prefix("track", revision)), ("RemoveAt", clock.GetUtcNow().AddMinutes(5)))], default);
        Assert.Equal(Revision.Of(Hash, 1), await removals.ReserveAsync("track", Hash, default));
    }

    [Fact]
    public async Task A_revision_that_its_track_names_is_never_removed()
    {
        var track = TestCatalog.Dawn;
        var prefix = Revision.Prefix(track.Id, "now");
        await database.CommitAsync([.. TestCatalog.Mutations, CatalogWriter.WriteAudio(track.Id, "now", "", 0, null),
            Mutation.Insert(Removals, ("Prefix", prefix), ("RemoveAt", clock.GetUtcNow()))], default);
        await WriteAsync(prefix + "high.ogg");
        Assert.Equal(0, await removals.SweepAsync(default));
        Assert.Equal([prefix + "high.ogg"], await ListAsync());
        Assert.Empty(await PendingAsync());
    }

    [Fact]
    public async Task Sweeps_at_once_share_the_work()
    {
        for (var i = 0; i < 30; i++)
        {
            await WriteAsync($"tracks/t/{i}/high.ogg");
            await database.CommitAsync([Mutation.Insert(Removals, ("Prefix", $"tracks/t/{i}/"), ("RemoveAt", clock.GetUtcNow()))], default);
        }

        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => removals.SweepAsync(default))));
        Assert.Equal(30, counts.Sum());
        Assert.Empty(await ListAsync());
        Assert.Empty(await PendingAsync());
    }

    private Task WriteAsync(string name) => store.WriteAsync(name, new MemoryStream([1]), new WriteOptions("audio/ogg"), default);

    private async Task<List<string>> ListAsync() => await store.ListAsync("tracks/", default).Select(found => found.Name).ToListAsync();

    private async Task<List<Row>> PendingAsync()
    {
        var rows = new List<Row>();
        foreach (var prefix in Enumerable.Range(0, 30).Select(i => $"tracks/t/{i}/").Append(Revision.Prefix("track", Revision.Of(Hash, 0))).Append(Revision.Prefix(TestCatalog.Dawn.Id, "now")))
            if (await database.ReadAsync(Removals, new Key(prefix), default) is { } row) rows.Add(row);
        return rows;
    }
}
