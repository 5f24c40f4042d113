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

    private static TrackTable Tracks(int count)
    {
        var builder = new TrackTableBuilder();
        for (var track = 0; track < count; track++) builder.Add(new TrackDescription((UInt128)track));
        return builder.Build();
    }
}
