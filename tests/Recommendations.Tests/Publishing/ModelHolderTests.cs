using Microsoft.Extensions.Logging;
using Spotify.Fixtures;
using Spotify.Local.Objects;
using Spotify.Recommendations.Publishing;

namespace Spotify.Recommendations.Tests.Publishing;

public sealed class ModelHolderTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly ManualTimeProvider clock = new();
    private readonly MemoryObjectStore objects;
    private readonly ModelStore store;
    private readonly LogList log = new();
    private readonly ModelHolder holder;
    private int pointerReads;

    public ModelHolderTests()
    {
        objects = new MemoryObjectStore(clock);
        objects.Before = (_, name) =>
        {
            if (name == "models/current.json") Interlocked.Increment(ref pointerReads);
            return Task.CompletedTask;
        };
        store = new ModelStore(objects, clock);
        holder = new ModelHolder(objects, new ModelLoaderOptions { Directory = Cache }, clock, log);
    }

    private string Cache => Path.Combine(directory.FullName, "cache");

    public void Dispose()
    {
        holder.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Without_a_published_model_there_is_none_until_the_next_check()
    {
        Assert.Null(await holder.RentAsync(default));
        var one = await PublishAsync(1);
        Assert.Null(await holder.RentAsync(default));
        clock.Advance(TimeSpan.FromMinutes(1));
        using var lease = await holder.RentAsync(default);
        Assert.Equal((one.Version, 40), (lease!.Version, lease.Model.Tracks.Count));
    }

    [Fact]
    public async Task Concurrent_first_calls_share_one_load()
    {
        var one = await PublishAsync(1);
        var gate = new TaskCompletionSource();
        var downloads = 0;
        objects.Before = (operation, name) =>
        {
            if (name.EndsWith(ModelFiles.Tracks, StringComparison.Ordinal)) Interlocked.Increment(ref downloads);
            return gate.Task;
        };
        var calls = Enumerable.Range(0, 20).Select(_ => holder.RentAsync(default).AsTask()).ToList();
        gate.SetResult();
        foreach (var lease in await Task.WhenAll(calls))
        {
            Assert.Equal(one.Version, lease!.Version);
            lease.Dispose();
        }

        Assert.Equal(1, downloads);
    }

    [Fact]
    public async Task A_canceled_call_does_not_cancel_the_load_of_others()
    {
        await PublishAsync(1);
        var gate = new TaskCompletionSource();
        objects.Before = (_, _) => gate.Task;
        using var canceled = new CancellationTokenSource();
        var (one, other) = (holder.RentAsync(canceled.Token).AsTask(), holder.RentAsync(default).AsTask());
        canceled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        gate.SetResult();
        using var lease = await other;
        Assert.NotNull(lease);
    }

    [Fact]
    public async Task The_pointer_is_read_at_most_once_a_minute()
    {
        await PublishAsync(1);
        pointerReads = 0;
        for (var second = 0; second < 120; second++)
        {
            (await holder.RentAsync(default))!.Dispose();
            await holder.IdleAsync();
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, pointerReads);
    }

    [Fact]
    public async Task A_new_version_replaces_the_old_one_without_a_pause_and_old_uses_go_on()
    {
        var one = await PublishAsync(1);
        var old = (await holder.RentAsync(default))!;
        var two = await PublishAsync(2);
        clock.Advance(TimeSpan.FromMinutes(1));
        var gate = new TaskCompletionSource();
        objects.Before = (_, _) => gate.Task;
        using (var meanwhile = await holder.RentAsync(default)) Assert.Equal(one.Version, meanwhile!.Version);
        gate.SetResult();
        await holder.IdleAsync();
        using var lease = await holder.RentAsync(default);
        Assert.Equal(two.Version, lease!.Version);
        Assert.Equal((UInt128)1, old.Model.Tracks.Id(0));
        Assert.Equal([one.Version, two.Version], Downloaded());
        old.Dispose();
        old.Dispose();
        Assert.Equal([two.Version], Downloaded());
    }

    [Fact]
    public async Task The_disk_has_two_models_at_most()
    {
        await PublishAsync(1);
        var first = (await holder.RentAsync(default))!;
        await PublishAsync(2);
        await NextCheckAsync();
        var three = await PublishAsync(3);
        await NextCheckAsync();
        Assert.Equal(2, Downloaded().Count);
        Assert.NotEqual(three.Version, await VersionAsync());
        first.Dispose();
        await NextCheckAsync();
        Assert.Equal(three.Version, await VersionAsync());
        Assert.Equal([three.Version], Downloaded());
    }

    [Theory]
    [InlineData("tracks.bin", true)]
    [InlineData("factors.bin", false)]
    [InlineData("manifest.json", true)]
    public async Task A_damaged_model_is_logged_and_leaves_the_present_one_in_use(string file, bool isTruncated)
    {
        var one = await PublishAsync(1);
        Assert.Equal(one.Version, await VersionAsync());
        var two = await PublishAsync(2);
        var name = ModelStore.ObjectOf(two.Version, file);
        var intact = await ReadAsync(name);
        var damaged = isTruncated ? intact[..^1] : intact.Select((value, i) => i == 700 ? (byte)(value ^ 4) : value).ToArray();
        await WriteAsync(name, damaged);
        await NextCheckAsync();
        Assert.Equal(one.Version, await VersionAsync());
        Assert.Contains(name, Assert.Single(log.Errors));
        Assert.Equal([one.Version], Downloaded());

        // Tried again after ten minutes only.
        await WriteAsync(name, intact);
        await NextCheckAsync();
        Assert.Equal(one.Version, await VersionAsync());
        clock.Advance(TimeSpan.FromMinutes(10));
        await NextCheckAsync();
        Assert.Equal(two.Version, await VersionAsync());
        Assert.Single(log.Errors);
    }

    [Fact]
    public async Task A_model_of_another_format_or_that_is_too_large_leaves_the_present_one_in_use()
    {
        var one = await PublishAsync(1);
        Assert.Equal(one.Version, await VersionAsync());
        var two = await PublishAsync(2);
        await WriteAsync(ModelStore.ObjectOf(two.Version, "manifest.json"), (two with { Format = 9 }).ToJson());
        await NextCheckAsync();
        Assert.Equal(one.Version, await VersionAsync());
        Assert.Contains("format 9", Assert.Single(log.Errors));

        using var small = new ModelHolder(
            objects, new ModelLoaderOptions { Directory = Path.Combine(directory.FullName, "small"), MaxSize = 1000 }, clock, log);
        await store.RollBackAsync(one.Version, default);
        Assert.Null(await small.RentAsync(default));
        Assert.Contains("1000 are allowed", log.Errors[^1]);
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_asked_again_after_a_minute()
    {
        var one = await PublishAsync(1);
        var working = objects.Before;
        objects.Before = (_, _) => Task.FromException(new IOException("down"));
        Assert.Null(await holder.RentAsync(default));
        objects.Before = working;
        Assert.Null(await holder.RentAsync(default));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(one.Version, await VersionAsync());
    }

    [Fact]
    public async Task A_roll_back_is_followed()
    {
        var one = await PublishAsync(1);
        await PublishAsync(2);
        (await holder.RentAsync(default))!.Dispose();
        await store.RollBackAsync(null, default);
        await NextCheckAsync();
        Assert.Equal(one.Version, await VersionAsync());
    }

    [Fact]
    public async Task Leftovers_of_an_earlier_process_are_deleted()
    {
        Directory.CreateDirectory(Path.Combine(Cache, "20200101T000000Z-00000000"));
        var one = await PublishAsync(1);
        Assert.Equal(one.Version, await VersionAsync());
        Assert.Equal([one.Version], Downloaded());
    }

    [Fact]
    public async Task Files_of_a_directory_are_used_in_place()
    {
        var files = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        var (manifest, source) = Write(1);
        var local = new ModelStore(files, clock);
        await local.SaveAsync(manifest, source, null, default);
        await local.PublishAsync(manifest.Version, default);
        using var inPlace = new ModelHolder(
            files, new ModelLoaderOptions { Directory = Cache, PathOf = files.PathOf }, clock, log);
        using var lease = await inPlace.RentAsync(default);
        Assert.Equal(manifest.Version, lease!.Version);
        Assert.False(Directory.Exists(Cache));
        inPlace.Dispose();
        Assert.Equal(40, lease.Model.Tracks.Count);
    }

    [Fact]
    public async Task A_disposed_holder_closes_the_model_after_its_last_use()
    {
        await PublishAsync(1);
        var lease = (await holder.RentAsync(default))!;
        holder.Dispose();
        Assert.Equal((UInt128)1, lease.Model.Tracks.Id(0));
        Assert.Single(Downloaded());
        lease.Dispose();
        Assert.Empty(Downloaded());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => holder.RentAsync(default).AsTask());
    }

    [Fact]
    public async Task Versions_that_change_under_many_users_are_never_closed_in_use()
    {
        await PublishAsync(1);
        var (stop, turns) = (false, 0);
        var users = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                using var lease = (await holder.RentAsync(default))!;
                for (var row = 0; row < lease.Model.Tracks.Count; row++) Assert.Equal((UInt128)(row + 1), lease.Model.Tracks.Id(row));
                Interlocked.Increment(ref turns);
            }
        })).ToList();
        for (var seed = 2; seed < 6; seed++)
        {
            await PublishAsync(seed);
            clock.Advance(TimeSpan.FromMinutes(1));
            var before = Volatile.Read(ref turns);
            while (Volatile.Read(ref turns) < before + 8) await Task.Yield();
            await holder.IdleAsync();
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(users);
        Assert.Empty(log.Errors);
        Assert.Single(Downloaded());
    }

    private async Task<string?> VersionAsync()
    {
        using var lease = await holder.RentAsync(default);
        return lease?.Version;
    }

    private async Task NextCheckAsync()
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        (await holder.RentAsync(default))?.Dispose();
        await holder.IdleAsync();
    }

    private List<string> Downloaded() => [.. Directory.EnumerateDirectories(Cache).Select(path => Path.GetFileName(path)!).Order()];

    private async Task<ModelManifest> PublishAsync(int seed)
    {
        var (manifest, files) = Write(seed);
        await store.SaveAsync(manifest, files, null, default);
        await store.PublishAsync(manifest.Version, default);
        return manifest;
    }

    private (ModelManifest Manifest, string Files) Write(int seed)
    {
        var files = Path.Combine(directory.FullName, $"files-{seed}");
        return (TestModels.Write(files, seed, clock.Now.AddSeconds(seed)), files);
    }

    private async Task<byte[]> ReadAsync(string name)
    {
        using var memory = new MemoryStream();
        await (await objects.OpenReadAsync(name, null, default)).CopyToAsync(memory);
        return memory.ToArray();
    }

    private Task WriteAsync(string name, byte[] content) =>
        objects.WriteAsync(name, new MemoryStream(content), new("application/octet-stream"), default);

    private sealed class LogList : ILogger<ModelHolder>
    {
        private readonly List<string> errors = [];

        public IReadOnlyList<string> Errors
        {
            get
            {
                lock (errors) return [.. errors];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (errors) errors.Add($"{formatter(state, exception)} {exception?.Message}");
        }
    }
}
