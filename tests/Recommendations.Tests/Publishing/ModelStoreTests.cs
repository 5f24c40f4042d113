using Spotify.Fixtures;
using Spotify.Recommendations.Publishing;

namespace Spotify.Recommendations.Tests.Publishing;

public sealed class ModelStoreTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly ManualTimeProvider clock = new();
    private readonly MemoryObjectStore objects;
    private readonly ModelStore store;

    public ModelStoreTests()
    {
        objects = new MemoryObjectStore(clock);
        store = new ModelStore(objects, clock);
    }

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task A_saved_model_is_listed_and_in_use_once_it_is_published()
    {
        Assert.Empty(await store.ListAsync(default));
        Assert.Null(await store.CurrentAsync(default));
        var one = await SaveAsync(1);
        Assert.Null(await store.CurrentAsync(default));
        Assert.Equal(one.Version, (await store.FindAsync(one.Version, default))!.Version);
        await store.PublishAsync(one.Version, default);
        var two = await SaveAsync(2);
        await store.PublishAsync(two.Version, default);
        Assert.Equal(new ModelPointer(two.Version, one.Version, clock.Now), await store.CurrentAsync(default));
        var listed = await store.ListAsync(default);
        Assert.Equal([(two.Version, true), (one.Version, false)], listed.Select(model => (model.Version, model.IsPublished)));
        Assert.Equal(one.Ensemble, listed[1].Manifest!.Ensemble);
        Assert.True(listed[0].Size > two.Size);
    }

    [Fact]
    public async Task Publishing_the_published_version_keeps_the_way_back()
    {
        var (one, two) = (await PublishAsync(1), await PublishAsync(2));
        await store.PublishAsync(two.Version, default);
        Assert.Equal(one.Version, (await store.CurrentAsync(default))!.Previous);
    }

    [Fact]
    public async Task A_roll_back_returns_to_the_previous_or_a_named_version()
    {
        var error = await Assert.ThrowsAsync<ModelStoreException>(() => store.RollBackAsync(null, default));
        Assert.Equal("No version was published before the present one.", error.Message);
        var (one, two, three) = (await PublishAsync(1), await PublishAsync(2), await PublishAsync(3));
        Assert.Equal(two.Version, await store.RollBackAsync(null, default));
        Assert.Equal(three.Version, await store.RollBackAsync(null, default));
        Assert.Equal(one.Version, await store.RollBackAsync(one.Version, default));
        Assert.Equal(one.Version, (await store.CurrentAsync(default))!.Version);
    }

    [Theory]
    [InlineData("20260101T000000Z-00000000")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("")]
    public async Task Unknown_versions_are_rejected(string version)
    {
        await PublishAsync(1);
        await Assert.ThrowsAsync<ModelStoreException>(() => store.PublishAsync(version, default));
        await Assert.ThrowsAsync<ModelStoreException>(() => store.RollBackAsync(version, default));
    }

    [Fact]
    public async Task A_version_that_lacks_a_file_is_not_published()
    {
        var one = await PublishAsync(1);
        var two = await SaveAsync(2);
        await objects.DeleteAsync(ModelStore.ObjectOf(two.Version, ModelFiles.ContentIndex), default);
        var error = await Assert.ThrowsAsync<ModelStoreException>(() => store.PublishAsync(two.Version, default));
        Assert.Equal($"The version {two.Version} lacks the file content.hnsw.", error.Message);
        Assert.Equal(one.Version, (await store.CurrentAsync(default))!.Version);
    }

    [Fact]
    public async Task A_process_that_dies_anywhere_leaves_the_old_version_or_the_complete_new_one()
    {
        var one = await PublishAsync(1);
        var (two, files) = Write(2);
        var isDone = false;

        // Objects that a dead process left are written again, or kept.
        for (var deadAt = 0; !isDone; deadAt++)
        {
            var operations = 0;
            objects.Before = objects.After = (_, _) =>
                ++operations > deadAt ? Task.FromException(new OperationCanceledException()) : Task.CompletedTask;
            try
            {
                await store.SaveAsync(two, files, null, default);
                await store.PublishAsync(two.Version, default);
                isDone = true;
            }
            catch (OperationCanceledException)
            {
            }

            objects.Before = objects.After = (_, _) => Task.CompletedTask;
            var current = (await store.CurrentAsync(default))!;
            Assert.Contains(current.Version, new[] { one.Version, two.Version });
            var manifest = (await store.FindAsync(current.Version, default))!;
            foreach (var file in manifest.Files)
                Assert.Equal(file.Size, (await objects.FindAsync(ModelStore.ObjectOf(current.Version, file.Name), default))?.Size);
            if (current.Version != one.Version) await store.RollBackAsync(one.Version, default);
        }
    }

    [Fact]
    public async Task The_newest_five_versions_are_kept_and_those_in_use()
    {
        var versions = new List<string>();
        for (var i = 0; i < 4; i++) versions.Add((await SaveAsync(i)).Version);
        await store.PublishAsync(versions[0], default);
        await store.PublishAsync(versions[1], default);
        for (var i = 4; i < 9; i++) versions.Add((await SaveAsync(i)).Version);
        await store.PruneAsync(default);
        Assert.Equal([.. versions[4..], .. versions[..2]], (await store.ListAsync(default)).Select(model => model.Version).Order()
            .OrderBy(version => versions.IndexOf(version) < 2));
    }

    [Fact]
    public async Task Remains_of_incomplete_versions_are_deleted_after_a_day()
    {
        var one = await PublishAsync(1);
        var (two, files) = Write(2);
        objects.Before = (operation, name) => operation == "write" && name.EndsWith("manifest.json", StringComparison.Ordinal)
            ? Task.FromException(new OperationCanceledException()) : Task.CompletedTask;
        await Assert.ThrowsAsync<OperationCanceledException>(() => store.SaveAsync(two, files, null, default));
        objects.Before = (_, _) => Task.CompletedTask;
        Assert.Equal(one.Version, Assert.Single(await store.ListAsync(default)).Version);
        await store.PruneAsync(default);
        Assert.NotNull(await objects.FindAsync(ModelStore.ObjectOf(two.Version, ModelFiles.Tracks), default));
        clock.Advance(TimeSpan.FromDays(2));
        await store.PruneAsync(default);
        Assert.Null(await objects.FindAsync(ModelStore.ObjectOf(two.Version, ModelFiles.Tracks), default));
        Assert.Single(await store.ListAsync(default));
    }

    [Fact]
    public async Task Of_two_publishers_at_once_the_last_wins_and_both_versions_stay()
    {
        var (one, two) = (await SaveAsync(1), await SaveAsync(2));
        var (arrived, both) = (0, new TaskCompletionSource());
        objects.Before = (operation, name) =>
        {
            if (operation != "write") return Task.CompletedTask;
            if (Interlocked.Increment(ref arrived) == 2) both.SetResult();
            return both.Task;
        };
        await Task.WhenAll(store.PublishAsync(one.Version, default), store.PublishAsync(two.Version, default));
        Assert.Contains((await store.CurrentAsync(default))!.Version, new[] { one.Version, two.Version });
        Assert.Equal(2, (await store.ListAsync(default)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_is_published_while_it_is_pruned_stays_or_is_refused(bool publishesLate)
    {
        var old = (await SaveAsync(0)).Version;
        var published = await PublishAsync(1);
        for (var i = 2; i < 7; i++) await SaveAsync(i);

        // The other process publishes the old version before or after its manifest is deleted.
        Task? publishing = null;
        var manifest = ModelStore.ObjectOf(old, "manifest.json");
        Func<string, string, Task> publish = async (operation, name) =>
        {
            if (operation != "delete" || name != manifest || publishing is not null) return;
            publishing = Record.ExceptionAsync(() => store.RollBackAsync(old, default));
            await publishing;
        };
        if (publishesLate) objects.After = publish;
        else objects.Before = publish;
        await store.PruneAsync(default);
        var current = (await store.CurrentAsync(default))!.Version;
        Assert.Equal(publishesLate ? published.Version : old, current);
        var complete = (await store.FindAsync(current, default))!;
        foreach (var file in complete.Files)
            Assert.NotNull(await objects.FindAsync(ModelStore.ObjectOf(current, file.Name), default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":\"1\"}")]
    public async Task A_damaged_manifest_is_an_error_and_does_not_hide_other_versions(string json)
    {
        var (one, two) = (await PublishAsync(1), await SaveAsync(2));
        var name = ModelStore.ObjectOf(two.Version, "manifest.json");
        await objects.WriteAsync(name, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)), new("application/json"), default);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => store.PublishAsync(two.Version, default));
        Assert.StartsWith(name, error.Message);
        var listed = await store.ListAsync(default);
        Assert.Equal([(two.Version, true), (one.Version, false)], listed.Select(model => (model.Version, model.Manifest is null)));
    }

    [Fact]
    public async Task A_model_of_another_format_is_not_supported()
    {
        await PublishAsync(1);
        var (two, files) = Write(2);
        two = two with { Format = 2 };
        await store.SaveAsync(two, files, null, default);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => store.PublishAsync(two.Version, default));
        Assert.EndsWith("the model has format 2; 1 is supported.", error.Message);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("a/b.bin")]
    [InlineData(".bin")]
    public async Task A_manifest_with_paths_is_damaged(string name)
    {
        var (two, files) = Write(2);
        await store.SaveAsync(two, files, null, default);
        var json = System.Text.Encoding.UTF8.GetString(two.ToJson()).Replace(ModelFiles.Tracks, name, StringComparison.Ordinal);
        await objects.WriteAsync(
            ModelStore.ObjectOf(two.Version, "manifest.json"),
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)),
            new("application/json"),
            default);
        await Assert.ThrowsAsync<InvalidDataException>(() => store.PublishAsync(two.Version, default));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("x")]
    [InlineData("{\"version\":\"../x\",\"previous\":null,\"published_at\":\"2026-01-01T00:00:00Z\"}")]
    public async Task A_damaged_pointer_is_an_error(string json)
    {
        await PublishAsync(1);
        await objects.WriteAsync(
            "models/current.json", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)), new("application/json"), default);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => store.CurrentAsync(default));
        Assert.StartsWith("models/current.json", error.Message);
    }

    private async Task<ModelManifest> PublishAsync(int seed)
    {
        var manifest = await SaveAsync(seed);
        await store.PublishAsync(manifest.Version, default);
        return manifest;
    }

    private async Task<ModelManifest> SaveAsync(int seed)
    {
        var (manifest, files) = Write(seed);
        await store.SaveAsync(manifest, files, null, default);
        return manifest;
    }

    private (ModelManifest Manifest, string Files) Write(int seed)
    {
        var files = Path.Combine(directory.FullName, $"files-{seed}");
        clock.Advance(TimeSpan.FromSeconds(1));
        return (TestModels.Write(files, seed, clock.Now), files);
    }
}
