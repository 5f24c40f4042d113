using Spotify.Domain.Catalog;
using Spotify.Fixtures;
using Spotify.Recommendations.Content;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Tests.Publishing;

public sealed class ModelPublisherTests : IDisposable
{
    private const int Tracks = 400;
    private const int Tastes = 4;

    private static readonly ModelSettings Settings = new(16, 5, 1, 1);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly ManualTimeProvider clock = new();
    private readonly MemoryObjectStore objects;
    private readonly ModelStore store;
    private readonly ModelPublisher publisher;

    public ModelPublisherTests()
    {
        objects = new MemoryObjectStore(clock);
        store = new ModelStore(objects, clock);
        publisher = new ModelPublisher(
            objects, new ModelLoaderOptions { Directory = Path.Combine(directory.FullName, "cache") }, new PublicationOptions(), clock);
    }

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task The_first_model_is_published_with_its_measurements()
    {
        using var model = Train(tasteful: true);
        var result = await PublishAsync(model);
        Assert.Equal((true, 0, null), (result.IsPublished, result.Failures.Count, result.Drift));
        var manifest = (await store.FindAsync((await store.CurrentAsync(default))!.Version, default))!;
        Assert.Equal(60, manifest.Measurements.Listeners);
        Assert.InRange(manifest.Measurements.Recall!.Value, 0.15, 1);
        Assert.InRange(manifest.Measurements.Coverage, 0.2, 1);
    }

    [Fact]
    public async Task A_model_as_good_replaces_the_published_one()
    {
        using var model = Train(tasteful: true);
        await PublishAsync(model);
        using var similar = Train(tasteful: true, seed: 2);
        var result = await PublishAsync(similar);
        Assert.Empty(result.Failures);
        Assert.InRange(result.Drift!.Value, 0, 0.9);
        Assert.Equal(result.Manifest.Version, (await store.CurrentAsync(default))!.Version);
    }

    [Fact]
    public async Task A_model_of_random_plays_fails_the_check_of_recall()
    {
        using var good = Train(tasteful: true);
        var published = (await PublishAsync(good)).Manifest.Version;
        using var bad = Train(tasteful: false);
        var result = await PublishAsync(bad);
        Assert.False(result.IsPublished);
        Assert.Contains(result.Failures, failure => failure.StartsWith("Recall@20 is 0.", StringComparison.Ordinal));
        Assert.Equal(published, (await store.CurrentAsync(default))!.Version);

        // Compared by the recall of the manifests, and published if the caller insists.
        var again = await publisher.PublishAsync(result.Manifest.Version, Publication.IfChecked, default);
        Assert.Equal((false, result.Drift), (again.IsPublished, again.Drift));
        Assert.Contains(again.Failures, failure => failure.StartsWith("Recall@20 is 0.", StringComparison.Ordinal));
        Assert.True((await publisher.PublishAsync(result.Manifest.Version, Publication.Always, default)).IsPublished);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(directory.FullName, "cache")));
    }

    [Fact]
    public async Task A_model_that_is_only_saved_is_measured_and_leaves_the_published_one()
    {
        using var model = Train(tasteful: true);
        var result = await PublishAsync(model, Publication.SaveOnly);
        Assert.Equal((false, 0), (result.IsPublished, result.Failures.Count));
        Assert.Null(await store.CurrentAsync(default));
        Assert.Single(await store.ListAsync(default));
    }

    [Fact]
    public async Task A_canceled_publication_leaves_the_published_model()
    {
        using var model = Train(tasteful: true);
        var published = (await PublishAsync(model)).Manifest.Version;
        using var canceled = new CancellationTokenSource();
        objects.Before = (operation, name) =>
        {
            if (operation == "write" && name.EndsWith("manifest.json", StringComparison.Ordinal)) canceled.Cancel();
            return Task.CompletedTask;
        };
        using var other = Train(tasteful: true, seed: 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PublishAsync(other, Publication.Always, canceled.Token));
        Assert.Equal(published, Assert.Single(await store.ListAsync(default)).Version);
        Assert.Equal(published, (await store.CurrentAsync(default))!.Version);
    }

    [Fact]
    public async Task A_published_model_that_is_damaged_is_replaced()
    {
        using var model = Train(tasteful: true);
        var published = (await PublishAsync(model)).Manifest.Version;
        await objects.DeleteAsync(ModelStore.ObjectOf(published, ModelFiles.Items), default);
        using var bad = Train(tasteful: false);
        var result = await PublishAsync(bad);
        Assert.Equal((true, null), (result.IsPublished, result.Drift));
    }

    private Task<PublicationResult> PublishAsync(
        TrainedModel model, Publication publication = Publication.IfChecked, CancellationToken ct = default)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        var files = Directory.CreateDirectory(Path.Combine(directory.FullName, Guid.NewGuid().ToString("n"))).FullName;
        return publisher.PublishAsync(
            model, new ModelCounts(Tracks, 300, 6000, 0, 0), Settings, HeldOut(), publication, files, null, ct);
    }

    // Listeners of a taste play the tracks of that taste. The tracks are not available everywhere, which does not matter here.
    private static TrainedModel Train(bool tasteful, int seed = 1)
    {
        var random = new Random(seed);
        var builder = new TrackTableBuilder();
        for (var i = 0; i < Tracks; i++)
        {
            builder.Add(new TrackDescription((UInt128)i + 1)
            {
                Artists = [(UInt128)(i / 4) + 1000], Rights = new Rights(MarketSet.Of("SE"), DateTimeOffset.UnixEpoch.AddYears(50), null),
            });
        }

        var interactions = Enumerable.Range(0, 6000).Select(i =>
            new Interaction(i / 20, tasteful ? TrackOf(i / 20, random) : random.Next(Tracks), 1)).ToArray();
        var options = new TrainingOptions
        {
            Factors = new FactorOptions { Factors = 16, Iterations = 5 },
            Items = new ItemModelOptions { Tracks = Tracks, Neighbours = 20 },
            Content = new ContentOptions { Dimensions = 16 },
            Tuning = null,
        };
        var data = new TrainingData { Interactions = InteractionMatrix.Build(300, Tracks, interactions), Tracks = builder.Build() };
        return new ModelTrainer(options).Train(data, 1, null, default);
    }

    private static List<HeldOutListener> HeldOut()
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, 60).Select(listener =>
        {
            var tracks = Enumerable.Range(0, 20).Select(_ => (UInt128)TrackOf(listener, random) + 1).Distinct().ToList();
            return new HeldOutListener([.. tracks.Skip(4).Select(track => (track, 1f))], [.. tracks.Take(4)]);
        })];
    }

    private static int TrackOf(int listener, Random random) =>
        (listener % Tastes) + (Tastes * (int)(random.NextDouble() * random.NextDouble() * Tracks / Tastes));
}
