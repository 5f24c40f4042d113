using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Functions.Tests.Recommendations;

/// <summary>A model of few tracks, trained on listeners who keep to one taste each.</summary>
internal static class SmallModel
{
    private const int ListenersPerTaste = 30;

    /// <summary>Trains a model and publishes it in a host. Returns its version.</summary>
    /// <param name="server">The host.</param>
    /// <param name="tracks">The tracks. Those of a taste follow each other, and all tastes have as many.</param>
    /// <param name="tastes">The number of tastes.</param>
    /// <param name="plays">Returns the plays of a track in Sweden, by its position.</param>
    /// <param name="seed">The seed of the random choices.</param>
    /// <param name="audio">The vectors of the tracks' sound; null if it is unknown.</param>
    public static async Task<string> PublishAsync(
        LocalServer server,
        IReadOnlyList<TrackDescription> tracks,
        int tastes,
        Func<int, double> plays,
        int seed = 1,
        VectorTable? audio = null)
    {
        using var model = Train(tracks, tastes, plays, seed, audio);
        var publisher = new ModelPublisher(
            server.Services.GetRequiredService<IObjectStore>(), server.Services.GetRequiredService<ModelLoaderOptions>(),
            new PublicationOptions(), server.Services.GetRequiredService<TimeProvider>());
        var workspace = Directory.CreateTempSubdirectory("model-");
        try
        {
            var result = await publisher.PublishAsync(
                model, new ModelCounts(tracks.Count, 1, 1, 0, 0), new ModelSettings(8, 4, seed, 1), [], Publication.Always,
                workspace.FullName, null, default);
            return result.Manifest.Version;
        }
        finally
        {
            workspace.Delete(recursive: true);
        }
    }

    private static TrainedModel Train(
        IReadOnlyList<TrackDescription> tracks, int tastes, Func<int, double> plays, int seed, VectorTable? audio)
    {
        var (random, tracksPerTaste) = (new Random(seed), tracks.Count / tastes);
        var (table, popular, interactions) = (new TrackTableBuilder(), new PopularTracksBuilder(), new List<Interaction>());
        foreach (var (row, track) in tracks.Index())
        {
            table.Add(track);
            popular.Add(row, "SE", DateTimeOffset.UnixEpoch, plays(row));
        }

        for (var listener = 0; listener < tastes * ListenersPerTaste; listener++)
        {
            foreach (var track in Enumerable.Range(0, tracksPerTaste).OrderBy(_ => random.Next()).Take(tracksPerTaste / 3))
                interactions.Add(new Interaction(listener, (listener % tastes * tracksPerTaste) + track, 1));
        }

        var options = new TrainingOptions
        {
            Factors = new FactorOptions { Factors = 8, Iterations = 4 },
            Items = new ItemModelOptions { Tracks = 300, Neighbours = 30 },
            Tuning = null,
        };
        return new ModelTrainer(options).Train(
            new TrainingData
            {
                Interactions = InteractionMatrix.Build(tastes * ListenersPerTaste, tracks.Count, interactions.ToArray()),
                Tracks = table.Build(),
                Popular = popular.Build(),
                Audio = audio,
            },
            1,
            null,
            default);
    }
}
