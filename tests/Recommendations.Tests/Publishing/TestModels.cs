using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Tests.Publishing;

/// <summary>Small models of random numbers.</summary>
internal static class TestModels
{
    private const int Dimensions = 8;

    /// <summary>Creates a model.</summary>
    /// <param name="seed">The seed of the numbers.</param>
    /// <param name="tracks">The number of tracks.</param>
    /// <param name="complete">Whether there are an item model and sounds.</param>
    public static TrainedModel Create(int seed, int tracks = 40, bool complete = true)
    {
        var random = new Random(seed);
        var builder = new TrackTableBuilder();
        var popular = new PopularTracksBuilder();
        for (var i = 0; i < tracks; i++)
        {
            popular.Add(i, "SE", DateTimeOffset.UnixEpoch.AddHours(i), 1 + i);
            builder.Add(new TrackDescription((UInt128)(i + 1))
            {
                Artists = [(UInt128)(1000 + i / 4)], Album = (UInt128)(2000 + i / 8), Genres = [$"genre {i % 3}"],
                Popularity = (float)i / tracks, Year = 1990 + i % 30, Attributes = [(TrackAttribute.Tempo, 100 + i)], Explicit = i % 7 == 0,
            });
        }

        var factors = FactorModel.Create(new FactorOptions { Factors = Dimensions }, Vectors());
        return new TrainedModel
        {
            Tracks = builder.Build(),
            Popular = popular.Build(),
            Factors = factors,
            FactorIndex = Index(factors.Vectors.Span, Similarity.InnerProduct),
            Items = complete ? Items() : null,
            ContentIndex = Index(Vectors(), Similarity.InnerProduct),
            AudioIndex = complete ? Index(Vectors(), Similarity.Cosine) : null,
            Ensemble = new EnsembleOptions { Content = 0.25f },
        };

        // Each track influences the next one.
        ItemModel Items() => new(
            new ItemModelOptions(),
            Enumerable.Range(0, tracks + 1).ToArray(),
            Enumerable.Range(1, tracks).Select(row => row % tracks).ToArray(),
            Enumerable.Repeat(0.5f, tracks).ToArray());

        float[] Vectors() => [.. Enumerable.Range(0, tracks * Dimensions).Select(_ => random.NextSingle() - 0.5f)];
    }

    /// <summary>Writes the files of a model to a directory.</summary>
    public static ModelManifest Write(string directory, int seed, DateTimeOffset createdAt, int tracks = 40, bool complete = true)
    {
        Directory.CreateDirectory(directory);
        using var model = Create(seed, tracks, complete);
        var files = ModelFiles.Write(model, directory, null, default);
        return new ModelManifest
        {
            Version = ModelVersion.Name(createdAt, files[0].Sha256),
            CreatedAt = createdAt,
            Counts = new ModelCounts(tracks, 5, 50, 2, complete ? tracks : 0),
            Settings = new ModelSettings(Dimensions, 15, seed, 1),
            Ensemble = model.Ensemble,
            Measurements = new ModelMeasurements(0.25, 100, 0.5),
            Files = files,
        };
    }

    private static NeighbourIndex Index(ReadOnlySpan<float> vectors, Similarity similarity) =>
        NeighbourIndex.Build(vectors, Dimensions, new NeighbourOptions { Similarity = similarity }, 1, null, default);
}
