using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
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
    public async Task Objects_of_an_interrupted_import_are_deleted_after_a_day()
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
    public async Task Reserving_again_returns_the_same_revision_unless_its_removal_is_near()
    {
        var revision = await removals.ReserveAsync("track", Hash, default);
        Assert.Equal(Revision.Of(Hash, 0), revision);
        Assert.Equal(revision, await removals.ReserveAsync("track", Hash, default));

        var (prefix, soon) = (Revision.Prefix("track", revision), clock.GetUtcNow().AddMinutes(5));
        await database.CommitAsync([ObjectRemovalService.Removal(prefix, soon)], default);
        Assert.Equal(Revision.Of(Hash, 1), await removals.ReserveAsync("track", Hash, default));
    }

    [Fact]
    public async Task The_current_revision_of_a_track_is_never_deleted()
    {
        var track = TestCatalog.Dawn;
        var prefix = Revision.Prefix(track.Id, "now");
        await database.CommitAsync([.. TestCatalog.Mutations, CatalogWriter.WriteAudio(track.Id, "now", "", 0, null),
            ObjectRemovalService.Removal(prefix, clock.GetUtcNow())], default);
        await WriteAsync(prefix + "high.ogg");
        Assert.Equal(0, await removals.SweepAsync(default));
        Assert.Equal([prefix + "high.ogg"], await ListAsync());
        Assert.Empty(await PendingAsync());
    }

    [Fact]
    public async Task Concurrent_sweeps_share_the_work()
    {
        for (var i = 0; i < 30; i++)
        {
            await WriteAsync($"tracks/t/{i}/high.ogg");
            await database.CommitAsync([ObjectRemovalService.Removal($"tracks/t/{i}/", clock.GetUtcNow())], default);
        }

        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => removals.SweepAsync(default))));
        Assert.Equal(30, counts.Sum());
        Assert.Empty(await ListAsync());
        Assert.Empty(await PendingAsync());
    }

    [Fact]
    public async Task A_prefix_that_fails_is_retried_later_and_stops_no_other()
    {
        string[] prefixes = [.. Enumerable.Range(0, 30).Select(i => $"tracks/t/{i}/")];
        foreach (var prefix in prefixes) await WriteAsync(prefix + "high.ogg");
        await database.CommitAsync([.. prefixes.Select(prefix => ObjectRemovalService.Removal(prefix, clock.GetUtcNow()))], default);
        var faulty = new Mock<IObjectStore>();
        faulty.Setup(s => s.ListAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string prefix, CancellationToken ct) => prefix is "tracks/t/0/" or "tracks/t/17/"
                ? throw new IOException("The bucket is unknown.")
                : store.ListAsync(prefix, ct));
        faulty.Setup(s => s.DeleteAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(store.DeleteAsync);
        var service = new ObjectRemovalService(database, faulty.Object, clock);

        var failed = await Assert.ThrowsAsync<ObjectRemovalException>(() => service.SweepAsync(default));
        Assert.Equal("2 prefixes could not be removed and will be retried; 28 objects were removed.", failed.Message);
        Assert.Equal("The objects tracks/t/0/* could not be removed.", failed.InnerException!.Message);
        Assert.Equal(["tracks/t/0/high.ogg", "tracks/t/17/high.ogg"], (await ListAsync()).Order(StringComparer.Ordinal));
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(2, await removals.SweepAsync(default));
        Assert.Empty(await PendingAsync());
    }

    private Task WriteAsync(string name) => store.WriteAsync(name, new MemoryStream([1]), new WriteOptions("audio/ogg"), default);

    private async Task<List<string>> ListAsync() => await store.ListAsync("tracks/", default).Select(found => found.Name).ToListAsync();

    private async Task<List<Row>> PendingAsync()
    {
        var rows = new List<Row>();
        string[] prefixes =
        [
            .. Enumerable.Range(0, 30).Select(i => $"tracks/t/{i}/"),
            Revision.Prefix("track", Revision.Of(Hash, 0)),
            Revision.Prefix(TestCatalog.Dawn.Id, "now"),
        ];
        foreach (var prefix in prefixes)
            if (await database.ReadAsync(Removals, new Key(prefix), null, default) is { } row) rows.Add(row);
        return rows;
    }
}
