using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Tests.Training;

/// <summary>Tests of <see cref="ModelTrainer"/>.</summary>
public sealed class ModelTrainerTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Little_data_gives_a_model(int listeners, int tracks)
    {
        var interactions = from listener in Enumerable.Range(0, listeners)
            from track in Enumerable.Range(0, tracks)
            select new Interaction(listener, track, 1);
        var data = new TrainingData
        {
            Interactions = InteractionMatrix.Build(listeners, tracks, [.. interactions]), Tracks = Tracks(tracks),
        };
        using var model = new ModelTrainer(new()).Train(data, 2, null, default);
        Assert.Equal(tracks, model.Factors.Tracks);
        Assert.Equal(tracks, model.Content.Count);
        Assert.Null(model.Audio);
        Assert.All(model.Factors.Vectors.ToArray(), number => Assert.True(float.IsFinite(number)));
    }

    [Fact]
    public void Data_of_different_tracks_is_refused()
    {
        var data = new TrainingData { Interactions = InteractionMatrix.Build(1, 1, []), Tracks = Tracks(2) };
        Assert.Throws<ArgumentException>(() => new ModelTrainer(new()).Train(data, 1, null, default));
    }

    [Fact]
    public void The_same_settings_are_chosen_for_any_number_of_threads()
    {
        var random = new Random(1);
        var interactions = from listener in Enumerable.Range(0, 60)
            from _ in Enumerable.Range(0, 20)
            select new Interaction(listener, (random.Next(50) * 2) + (listener % 2), random.Next(1, 100));
        var data = new TrainingData { Interactions = InteractionMatrix.Build(60, 100, [.. interactions]), Tracks = Tracks(100) };
        var defaults = new TrainingOptions();
        var trainer = new ModelTrainer(defaults with
        {
            Factors = defaults.Factors with { Factors = 8 },
            Tuning = new TuningOptions { MinInteractions = 1, MaxInteractions = 800, MaxListeners = 50 },
        });
        using var one = trainer.Train(data, 1, null, default);
        using var two = trainer.Train(data, 2, null, default);
        Assert.NotEqual((defaults.Items, defaults.Ensemble), (one.Items!.Options, one.Ensemble));
        Assert.Equal(8, one.Factors.Options.Factors);
        Assert.Equal(one.Factors.Options, two.Factors.Options);
        Assert.Equal(one.Items.Options, two.Items!.Options);
        Assert.Equal(one.Ensemble, two.Ensemble);
        Assert.Equal(one.Factors.Vectors.ToArray(), two.Factors.Vectors.ToArray());
    }

    private static TrackTable Tracks(int count)
    {
        var builder = new TrackTableBuilder();
        for (var track = 0; track < count; track++) builder.Add(new TrackDescription((UInt128)track));
        return builder.Build();
    }
}
