using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Tests.Factors;

/// <summary>Tests of <see cref="FactorTrainer"/>.</summary>
public sealed class FactorTrainerTests
{
    private static readonly FactorOptions Small = new() { Factors = 8, Regularization = 0.1f };

    [Fact]
    public void Listeners_get_the_tracks_of_listeners_with_the_same_taste()
    {
        var random = new Random(1);
        var interactions =
            from listener in Enumerable.Range(0, 200)
            from track in Enumerable.Range(0, 60)
            where track % 2 == listener % 2 && random.Next(3) == 0
            select new Interaction(listener, track, 1);
        var model = FactorTrainer.Fit(InteractionMatrix.Build(200, 60, interactions.ToArray()), Small, seed: 1, threads: 2);
        var scores = Scores(model, new(0, 1), new(2, 1), new(4, 1));
        Assert.True(scores.Where((_, track) => track % 2 == 0).Min() > scores.Where((_, track) => track % 2 == 1).Max());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(64)]
    public void Conjugate_gradients_reach_the_objective_of_exact_solutions(int factors)
    {
        var options = Small with { Factors = factors, Alpha = 2, Iterations = 10 };
        var matrix = RandomMatrix.Of(listeners: 150, tracks: 100, share: 0.1, seed: 3);
        var exact = new ExactLeastSquares(matrix, options, seed: 3);
        for (var i = 0; i < options.Iterations; i++) exact.Iterate();
        var model = FactorTrainer.Fit(matrix, options, seed: 1, threads: 2);
        Assert.Equal(1, ExactLeastSquares.Objective(matrix, model) / exact.Objective(), 0.01);
    }

    [Fact]
    public void Conjugate_gradients_of_long_rows_reach_the_objective_of_exact_solutions()
    {
        var options = Small with { Iterations = 4 };
        var matrix = RandomMatrix.Of(listeners: 40_000, tracks: 10, share: 0.7, seed: 3);
        var exact = new ExactLeastSquares(matrix, options, seed: 3);
        for (var i = 0; i < options.Iterations; i++) exact.Iterate();
        var model = FactorTrainer.Fit(matrix, options, seed: 1, threads: 2);
        Assert.Equal(1, ExactLeastSquares.Objective(matrix, model) / exact.Objective(), 0.01);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_model()
    {
        var matrix = RandomMatrix.Of(listeners: 2000, tracks: 30, share: 0.7, seed: 3);
        var expected = FactorTrainer.Fit(matrix, Small with { Iterations = 2, Factors = 128 }, seed: 1, threads: 1);
        foreach (var threads in new[] { 1, 2, 5 })
        {
            var model = FactorTrainer.Fit(matrix, expected.Options, seed: 1, threads);
            Assert.True(expected.Vectors.Span.SequenceEqual(model.Vectors.Span));
            Assert.True(expected.Gram.Span.SequenceEqual(model.Gram.Span));
        }

        var other = FactorTrainer.Fit(matrix, expected.Options, seed: 2, threads: 2);
        Assert.False(expected.Vectors.Span.SequenceEqual(other.Vectors.Span));
    }

    [Fact]
    public void A_refit_learns_new_tracks_and_follows_the_caller_s_rows()
    {
        var options = Small with { Iterations = 10, RefitIterations = 3 };
        var all = RandomMatrix.Of(listeners: 200, tracks: 100, share: 0.2, seed: 3);
        var known = RandomMatrix.Where(all, interaction => interaction.Track < 80);
        var fitted = FactorTrainer.Fit(all, options, seed: 1, threads: 1);
        var previous = FactorTrainer.Fit(known, options, seed: 1, threads: 1);

        var refitted = FactorTrainer.Refit(previous, all, [], threads: 2);
        Assert.Equal(1, ExactLeastSquares.Objective(all, refitted) / ExactLeastSquares.Objective(all, fitted), 0.02);

        int[] backwards = [.. Enumerable.Range(0, 100).Select(track => 99 - track)];
        var reversed = RandomMatrix.Select(all, interaction => interaction with { Track = 99 - interaction.Track });
        int[] rows = [.. backwards.Select(track => track < 80 ? track : -1)];
        var mapped = FactorTrainer.Refit(previous, reversed, rows, threads: 2);
        for (var track = 0; track < 100; track++)
        {
            for (var i = 0; i < options.Factors; i++)
                Assert.Equal(refitted.Track(track)[i], mapped.Track(backwards[track])[i], 0.01);
        }
    }

    [Fact]
    public void A_refit_refuses_rows_that_do_not_fit()
    {
        var matrix = RandomMatrix.Of(listeners: 5, tracks: 3, share: 1, seed: 1);
        var model = FactorTrainer.Fit(matrix, Small, seed: 1, threads: 1);
        Assert.Throws<ArgumentException>(() => FactorTrainer.Refit(model, matrix, [0, 1], threads: 1));
        Assert.Throws<ArgumentException>(() => FactorTrainer.Refit(model, matrix, [0, 1, 3], threads: 1));
        Assert.Throws<ArgumentException>(() => FactorTrainer.Refit(model, matrix, [0, 1, -2], threads: 1));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    [InlineData(3, 3)]
    public void Without_interactions_all_scores_are_0(int listeners, int tracks)
    {
        var model = FactorTrainer.Fit(InteractionMatrix.Build(listeners, tracks, []), Small, seed: 1, threads: 2);
        Assert.Equal(tracks, model.Tracks);
        Assert.Equal(0, model.Vectors.ToArray().Sum(Math.Abs));
        Assert.All(Scores(model), score => Assert.Equal(0, score));
    }

    [Fact]
    public void One_listener_and_one_track_are_enough()
    {
        var matrix = InteractionMatrix.Build(1, 1, [new(0, 0, 1)]);
        var model = FactorTrainer.Fit(matrix, Small with { Regularization = 0.01f }, seed: 1, threads: 2);
        Assert.InRange(Scores(model, new Preference(0, 1)).Single(), 0.9f, 1.01f);
    }

    [Fact]
    public void Rows_without_interactions_get_no_preferences()
    {
        var model = FactorTrainer.Fit(InteractionMatrix.Build(4, 3, [new(1, 0, 1), new(3, 2, 1)]), Small, seed: 1, threads: 2);
        Assert.Equal(0, Scores(model, new Preference(0, 1))[1]);
        Assert.All(Scores(model), score => Assert.Equal(0, score));
    }

    [Fact]
    public void Skips_alone_give_no_preferences()
    {
        var matrix = RandomMatrix.Select(
            RandomMatrix.Of(listeners: 20, tracks: 10, share: 0.5, seed: 1), interaction => interaction with { Weight = -1 });
        var model = FactorTrainer.Fit(matrix, Small, seed: 1, threads: 2);
        Assert.All(model.Vectors.ToArray(), number => Assert.Equal(0, number, 1e-6f));
        Assert.All(Scores(model, new(0, -1), new Preference(1, -5)), score => Assert.Equal(0, score));
    }

    [Fact]
    public void A_skipped_track_scores_below_one_that_was_not_heard()
    {
        var matrix = RandomMatrix.Of(listeners: 100, tracks: 20, share: 0.5, seed: 1);
        var model = FactorTrainer.Fit(matrix, Small with { Factors = 32 }, seed: 1, threads: 2);
        var before = Scores(model, new(0, 1), new Preference(1, 1));
        var after = Scores(model, new(0, 1), new(1, 1), new Preference(2, -20));
        Assert.True(Math.Abs(after[2]) < Math.Abs(before[2]));
    }

    [Theory]
    [InlineData(float.MaxValue, 0f)]
    [InlineData(1e30f, 0f)]
    [InlineData(float.Epsilon, 0f)]
    [InlineData(float.MaxValue, 1e-6f)]
    [InlineData(float.Epsilon, 1e6f)]
    public void Extreme_weights_give_finite_vectors(float weight, float weightScale)
    {
        var matrix = RandomMatrix.Select(
            RandomMatrix.Of(listeners: 100, tracks: 50, share: 0.3, seed: 1),
            interaction => interaction.Track % 2 == 0 ? interaction with { Weight = Math.Sign(interaction.Weight) * weight } : interaction);
        var model = FactorTrainer.Fit(matrix, Small with { Factors = 64, Alpha = 40, WeightScale = weightScale }, seed: 1, threads: 2);
        Assert.All(model.Vectors.ToArray(), number => Assert.True(float.IsFinite(number)));
        Assert.All(Scores(model, new(0, weight), new Preference(2, -weight)), score => Assert.InRange(score, -10, 10));
    }

    public static TheoryData<string, FactorOptions> InvalidOptions => new()
    {
        { "Factors", new() { Factors = 0 } },
        { "Factors", new() { Factors = FactorOptions.MaxFactors + 1 } },
        { "Iterations", new() { Iterations = 0 } },
        { "RefitIterations", new() { RefitIterations = -1 } },
        { "ConjugateGradientSteps", new() { ConjugateGradientSteps = 0 } },
        { "Alpha", new() { Alpha = 0 } },
        { "Alpha", new() { Alpha = float.NaN } },
        { "UnobservedWeight", new() { UnobservedWeight = 0 } },
        { "UnobservedWeight", new() { UnobservedWeight = float.PositiveInfinity } },
        { "Regularization", new() { Regularization = -1 } },
        { "Regularization", new() { Regularization = float.NaN } },
        { "RegularizationExponent", new() { RegularizationExponent = 1.5f } },
    };

    [Theory]
    [MemberData(nameof(InvalidOptions))]
    public void Invalid_options_are_refused(string name, FactorOptions options)
    {
        var matrix = InteractionMatrix.Build(1, 1, [new(0, 0, 1)]);
        var exception = Assert.Throws<ArgumentException>(() => FactorTrainer.Fit(matrix, options, seed: 1, threads: 1));
        Assert.StartsWith($"{name} is ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void At_least_one_thread_is_required() => Assert.Throws<ArgumentOutOfRangeException>(
        () => FactorTrainer.Fit(InteractionMatrix.Build(1, 1, [new(0, 0, 1)]), Small, seed: 1, threads: 0));

    [Fact]
    public void A_fit_reports_progress_and_stops_when_canceled()
    {
        var matrix = RandomMatrix.Of(listeners: 20, tracks: 10, share: 0.5, seed: 1);
        var reports = new Reports();
        FactorTrainer.Fit(matrix, Small with { Iterations = 2 }, seed: 1, threads: 2, reports);
        Assert.Equal([new("factors", 0, 2), new("factors", 1, 2), new("factors", 2, 2)], reports.Received);

        using var canceled = new CancellationTokenSource();
        var canceling = new Reports { OnReport = report => { if (report.Done == 1) canceled.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(
            () => FactorTrainer.Fit(matrix, Small, seed: 1, threads: 2, canceling, canceled.Token));
        Assert.Equal(2, canceling.Received.Count);
    }

    private static List<float> Scores(FactorModel model, params Preference[] history)
    {
        var vector = new float[model.Dimensions];
        model.FoldIn(history, vector);
        return Enumerable.Range(0, model.Tracks).Select(Score).ToList();

        float Score(int track)
        {
            var score = 0f;
            for (var i = 0; i < vector.Length; i++) score += model.Track(track)[i] * vector[i];
            return score;
        }
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Received { get; } = [];

        public Action<TrainingProgress>? OnReport { get; init; }

        public void Report(TrainingProgress value)
        {
            Received.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
