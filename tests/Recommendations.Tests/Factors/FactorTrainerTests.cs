using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Tests.Factors;

/// <summary>Tests of <see cref="FactorTrainer"/>.</summary>
public sealed class FactorTrainerTests
{
    [Fact]
    public void A_listener_prefers_the_tracks_of_listeners_with_the_same_taste()
    {
        var random = new Random(1);
        var interactions = new List<Interaction>();
        for (var listener = 0; listener < 200; listener++)
        {
            for (var track = listener % 2; track < 60; track += 2)
                if (random.Next(3) == 0) interactions.Add(new(listener, track, 1));
        }

        var matrix = InteractionMatrix.Build(200, 60, interactions.ToArray());
        var model = FactorTrainer.Fit(matrix, new FactorOptions { Factors = 8, Regularization = 0.1f }, seed: 1, threads: 2);
        var listenerVector = new float[8];
        model.FoldIn([new(0, 1), new(2, 1), new(4, 1)], listenerVector);
        var scores = Enumerable.Range(0, 60).Select(track => Score(model, track, listenerVector)).ToList();
        Assert.True(scores.Where((_, track) => track % 2 == 0).Min() > scores.Where((_, track) => track % 2 == 1).Max());
    }

    private static float Score(FactorModel model, int track, float[] listener)
    {
        var sum = 0f;
        for (var i = 0; i < listener.Length; i++) sum += model.Track(track)[i] * listener[i];
        return sum;
    }
}
