using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;

namespace Spotify.Recommendations.Tests.Items;

/// <summary>Tests of <see cref="ItemModel"/> and <see cref="ItemModelTrainer"/>.</summary>
public sealed class ItemModelTests
{
    private static readonly ItemModelOptions Plain = new()
    {
        Regularization = 0.5f, WeightExponent = 1, ListenerExponent = 0, TrackExponent = 0,
    };

    [Fact]
    public void The_influences_are_those_of_the_closed_form()
    {
        // X = [1 1 0; 0 1 1; 1 1 1]: for G = XᵀX + λI and P its inverse, the influence of i on j is −Pij / Pjj.
        var matrix = InteractionMatrix.Build(
            3, 3, [new(0, 0, 1), new(0, 1, 1), new(1, 1, 1), new(1, 2, 1), new(2, 0, 1), new(2, 1, 1), new(2, 2, 1)]);
        var model = Fit(matrix, Plain);
        var added = Plain.Regularization * (4 + 9 + 4) / 7;
        double a = 2 + added, b = 3 + added, determinant = (a * a * b) - (8 * a) + 8 - b;
        double p01 = (-2 * a + 2) / determinant, p02 = (4 - b) / determinant;
        double p00 = ((a * b) - 4) / determinant, p11 = ((a * a) - 1) / determinant;
        Assert.Equal([1, 2], model.Neighbours(0));
        Assert.Equal(-p01 / p11, model.Influences(0)[0], 1e-5);
        Assert.Equal(-p02 / p00, model.Influences(0)[1], 1e-5);
        Assert.Equal(-p01 / p00, model.Influences(1)[0], 1e-5);
    }

    [Fact]
    public void Tastes_do_not_mix()
    {
        var matrix = Planted(listeners: 60, tracks: 300, seed: 1);
        var model = Fit(matrix, new() { Neighbours = 20 });
        for (var track = 0; track < 300; track++)
        {
            var rows = model.Neighbours(track);
            var influences = model.Influences(track);
            for (var i = 0; i < rows.Length; i++) Assert.True(rows[i] % 3 == track % 3 || influences[i] <= 1e-4f);
        }

        var scores = new float[300];
        model.Score([new Preference(3, 5), new Preference(6, 1)], scores);
        Assert.Equal(0, Array.IndexOf(scores, scores.Max()) % 3);
    }

    [Fact]
    public void The_model_does_not_depend_on_the_number_of_threads()
    {
        var matrix = Planted(listeners: 60, tracks: 300, seed: 2);
        var (one, two) = (Fit(matrix, new(), threads: 1), Fit(matrix, new(), threads: 2));
        Assert.Equal(one.AllNeighbours, two.AllNeighbours);
        Assert.Equal(one.AllInfluences, two.AllInfluences);
    }

    [Fact]
    public void Only_the_tracks_with_the_most_listeners_are_covered_and_only_the_strongest_neighbours_are_kept()
    {
        var matrix = InteractionMatrix.Build(
            3, 4, [new(0, 0, 9), new(0, 1, 1), new(0, 3, 1), new(1, 1, 1), new(1, 3, 1), new(2, 3, 1), new(2, 1, 1), new(2, 2, -1)]);
        var model = Fit(matrix, Plain with { Tracks = 2 });
        Assert.Equal(4, model.Tracks);
        Assert.Equal([3], model.Neighbours(1));
        Assert.Equal([1], model.Neighbours(3));
        Assert.True(model.Neighbours(0).IsEmpty && model.Neighbours(2).IsEmpty);
        Assert.Equal(3, Fit(matrix, Plain with { Neighbours = 1 }).AllNeighbours.Length);
    }

    [Fact]
    public void Without_two_tracks_that_were_listened_to_there_is_no_model()
    {
        Assert.Null(ItemModelTrainer.Fit(InteractionMatrix.Build(0, 0, []), null, new(), 1, null, default));
        Assert.Null(ItemModelTrainer.Fit(InteractionMatrix.Build(1, 2, [new(0, 0, 1), new(0, 1, -1)]), null, new(), 1, null, default));
    }

    [Fact]
    public void One_listener_and_extreme_weights_give_finite_influences()
    {
        var matrix = InteractionMatrix.Build(
            2, 3, [new(0, 0, float.MaxValue), new(0, 1, 1e-20f), new(1, 1, float.Epsilon), new(1, 2, float.MaxValue)]);
        var scores = new float[3];
        Fit(matrix, new()).Score([new Preference(0, float.MaxValue), new Preference(1, -1)], scores);
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void Training_can_be_canceled()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Reported(_ => cancel.Cancel());
        var matrix = Planted(listeners: 60, tracks: 300, seed: 1);
        Assert.ThrowsAny<OperationCanceledException>(() => ItemModelTrainer.Fit(matrix, null, new(), 2, progress, cancel.Token));
    }

    [Fact]
    public void Contradictory_parts_are_refused()
    {
        _ = new ItemModel(new(), new[] { 0, 1, 2 }, new[] { 1, 0 }, new[] { 1f, 1 });
        Assert.Throws<ArgumentException>(() => new ItemModel(new(), new[] { 0, 3, 2 }, new[] { 1, 0 }, new[] { 1f, 1 }));
        Assert.Throws<ArgumentException>(() => new ItemModel(new(), new[] { 0, 1, 2 }, new[] { 1, 2 }, new[] { 1f, 1 }));
        Assert.Throws<ArgumentException>(() => new ItemModel(new(), new[] { 0, 1, 2 }, new[] { 1, 0 }, new[] { 1f }));
        Assert.Throws<ArgumentException>(() => new ItemModel(new(), new[] { 0, 1, 2 }, new[] { 1, 0 }, new[] { 1f, float.NaN }));
        Assert.Throws<ArgumentException>(() => new ItemModel(new(), Array.Empty<int>(), Array.Empty<int>(), Array.Empty<float>()));
    }

    private static ItemModel Fit(InteractionMatrix matrix, ItemModelOptions options, int threads = 2) =>
        ItemModelTrainer.Fit(matrix, null, options, threads, null, default)!;

    // Each listener hears tracks of one of three tastes.
    private static InteractionMatrix Planted(int listeners, int tracks, int seed)
    {
        var random = new Random(seed);
        var interactions = from listener in Enumerable.Range(0, listeners)
            from _ in Enumerable.Range(0, 30)
            select new Interaction(listener, (random.Next(tracks / 3) * 3) + (listener % 3), random.Next(1, 100));
        return InteractionMatrix.Build(listeners, tracks, [.. interactions, .. Enumerable.Range(0, tracks).Select(
            track => new Interaction(track % 3, track, 1))]);
    }

    private sealed class Reported(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        void IProgress<TrainingProgress>.Report(TrainingProgress value) => action(value);
    }
}
