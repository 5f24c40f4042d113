using Spotify.Recommendations.Content;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Tests.Publishing;

public sealed class ModelSizeTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [InlineData(VectorFormat.Int8)]
    [InlineData(VectorFormat.Float32)]
    public void The_estimate_is_that_of_the_files(VectorFormat format)
    {
        const int tracks = 2000;
        var options = new TrainingOptions
        {
            Factors = new FactorOptions { Factors = 32, Iterations = 1 },
            Items = new ItemModelOptions { Tracks = 300, Neighbours = 50 },
            Content = new ContentOptions { Dimensions = 32 },
            IndexFormat = format,
            Tuning = null,
        };
        using var model = new ModelTrainer(options).Train(Data(tracks), 2, null, default);
        var size = ModelFiles.Write(model, directory.FullName, null, default).Sum(file => file.Size);
        Assert.InRange((double)ModelSize.Estimate(tracks, options, audioDimensions: 32) / size, 0.85, 1.15);
    }

    [Fact]
    public void A_model_of_five_million_tracks_fits_into_a_large_instance() =>
        Assert.InRange(ModelSize.Estimate(5_000_000, new TrainingOptions()), 5L << 30, 8L << 30);

    private static TrainingData Data(int tracks)
    {
        var random = new Random(1);
        var builder = new TrackTableBuilder();
        for (var i = 0; i < tracks; i++)
        {
            builder.Add(new TrackDescription((UInt128)i + 1)
            {
                Artists = [(UInt128)(i / 10)], Album = (UInt128)(i / 10), Genres = [$"genre {i % 20}"], Popularity = random.NextSingle(),
            });
        }

        var interactions = Enumerable.Range(0, 8000)
            .Select(i => new Interaction(i / 20, (int)(random.NextDouble() * random.NextDouble() * tracks), 1)).ToArray();
        var sounds = Enumerable.Range(0, tracks * 32).Select(_ => random.NextSingle() - 0.5f).ToArray();
        return new TrainingData
        {
            Interactions = InteractionMatrix.Build(1000, tracks, interactions),
            Tracks = builder.Build(),
            Audio = VectorTable.Create(VectorFormat.Float32, 32, sounds),
        };
    }
}
