using Spotify.Recommendations.Evaluation;
using Spotify.Recommendations.Interactions;
using Evaluator = Spotify.Recommendations.Evaluation.Evaluator;

namespace Spotify.Recommendations.Tests.Evaluation;

/// <summary>Tests of <see cref="Evaluator"/> and <see cref="HoldOut"/>.</summary>
public sealed class EvaluatorTests
{
    [Fact]
    public void Metrics_are_means_over_listeners_with_something_to_predict()
    {
        // Scores fall with the row. Listener 0 knows rows 0 and 1, so row 2 is first and row 21 last; row 29 is not in the list.
        var train = InteractionMatrix.Build(3, 40, [new(0, 0, 1), new(0, 1, 1), new(1, 5, 1), new(2, 5, 1)]);
        var test = InteractionMatrix.Build(3, 40, [new(0, 2, 1), new(0, 21, 1), new(0, 29, 1), new(1, 39, 9)]);
        var metrics = Evaluator.Measure(train, test, Falling, 2, null, default);
        Assert.Equal(2, metrics.Users);
        Assert.Equal(0.1 / 2, metrics.PrecisionAt10, 1e-9);
        Assert.Equal(2 / 3d / 2, metrics.RecallAt20, 1e-9);
        Assert.Equal(0.5, metrics.HitAt20, 1e-9);
        var ideal = 1 + (1 / Math.Log2(3)) + (1 / Math.Log2(4));
        Assert.Equal((1 + (1 / Math.Log2(21))) / ideal / 2, metrics.NdcgAt20, 1e-9);
        Assert.Equal(22 / 40d, metrics.Coverage, 1e-9);
    }

    [Fact]
    public void Equal_scores_are_in_the_order_of_the_rows_and_tracks_without_a_score_are_left_out()
    {
        var train = InteractionMatrix.Build(1, 40, [new(0, 0, 1)]);
        var test = InteractionMatrix.Build(1, 40, [new(0, 20, 1), new(0, 21, 1)]);
        Assert.Equal(0.5, Evaluator.Measure(train, test, (_, _, scores) => scores.Fill(1), 1, null, default).RecallAt20);
        TrackScoring none = (_, _, scores) => scores.Fill(float.NaN);
        Assert.Equal(new Metrics(1, 0, 0, 0, 0, 0), Evaluator.Measure(train, test, none, 1, null, default));
    }

    [Fact]
    public void Nothing_to_predict_gives_zeros() =>
        Assert.Equal(default, Evaluator.Measure(
            InteractionMatrix.Build(2, 2, [new(0, 0, 1)]), InteractionMatrix.Build(2, 2, []), Falling, 1, null, default));

    [Fact]
    public void A_split_holds_out_a_share_of_each_listener_and_leaves_one()
    {
        var interactions = from listener in Enumerable.Range(0, 20)
            from track in Enumerable.Range(0, listener)
            select new Interaction(listener, track, track == 0 ? -1 : track);
        var matrix = InteractionMatrix.Build(20, 20, [.. interactions]);
        var (train, test) = HoldOut.Split(matrix, 0.5, seed: 1);
        Assert.Equal(matrix.Count, train.Count + test.Count);
        for (var listener = 0; listener < 20; listener++)
        {
            var positive = Math.Max(0, listener - 1);
            Assert.Equal(Math.Min((int)Math.Round(positive * 0.5), Math.Max(0, positive - 1)), test.Length(listener));
            Assert.DoesNotContain(0, test.Columns(listener).ToArray());
            Assert.Empty(train.Columns(listener).ToArray().Intersect(test.Columns(listener).ToArray()));
        }

        Assert.Equal(test.Count, HoldOut.Split(matrix, 0.5, seed: 1).Test.Count);
        var (_, few) = HoldOut.Split(matrix, 0.5, seed: 1, maxListeners: 3);
        Assert.InRange(Enumerable.Range(0, 20).Count(listener => few.Length(listener) > 0), 1, 3);
    }

    private static void Falling(int listener, ReadOnlySpan<Preference> history, Span<float> scores)
    {
        for (var track = 0; track < scores.Length; track++) scores[track] = -track;
    }
}
