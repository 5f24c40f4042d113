using Spotify.Recommendations.Content;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Training;

/// <summary>
/// The training of complete models. The same data, options and number of threads give the same model.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class ModelTrainer(TrainingOptions options)
{
    /// <summary>Trains a model.</summary>
    /// <param name="data">The data. Any part may be empty.</param>
    /// <param name="threads">The number of threads, at least 1.</param>
    /// <param name="progress">Receives the progress of each stage.</param>
    /// <param name="ct">Cancels the training.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the parts of the data do not fit together.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    public TrainedModel Train(TrainingData data, int threads, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        options.Validate();
        data.Validate();
        return Fit(SettingsTuner.Tune(options, data, threads, progress, ct), data, threads, progress, ct);
    }

    private static TrainedModel Fit(
        TrainingOptions options, TrainingData data, int threads, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        var factors = data.Factors ?? FactorTrainer.Fit(data.Interactions, options.Factors, options.Seed, threads, progress, ct);
        var features = options.Items is null ? null : TrackFeatures.Build(data, options.Items.Tracks);
        var items = options.Items is null ? null : ItemModelTrainer.Fit(data.Interactions, features, options.Items, threads, progress, ct);
        var content = ContentVectors.Build(data.Tracks, data.Playlists, options.Content, threads, progress, ct);
        return new TrainedModel
        {
            Tracks = data.Tracks,
            Popular = data.Popular,
            Factors = factors,
            FactorIndex = Index(factors.Vectors.Span, factors.Dimensions, Similarity.InnerProduct),
            Items = items,
            ContentIndex = Index(content, options.Content.Dimensions, Similarity.Cosine),
            AudioIndex = data.Audio is null ? null : Index(Rows(data.Audio), data.Audio.Dimensions, Similarity.Cosine),
            Ensemble = options.Ensemble,
        };

        NeighbourIndex Index(ReadOnlySpan<float> rows, int dimensions, Similarity similarity)
        {
            var neighbours = new NeighbourOptions { Similarity = similarity, Format = options.IndexFormat, Seed = options.Seed };
            var total = rows.Length / dimensions;
            var report = progress is null ? null : new Counter(done => progress.Report(new TrainingProgress("index", done, total)));
            return NeighbourIndex.Build(rows, dimensions, neighbours, threads, report, ct);
        }
    }

    private static float[] Rows(VectorTable table)
    {
        var rows = new float[checked(table.Count * table.Dimensions)];
        for (var row = 0; row < table.Count; row++) table.CopyTo(row, rows.AsSpan(row * table.Dimensions, table.Dimensions));
        return rows;
    }

    // Unlike Progress<T>, it reports on the calling thread.
    private sealed class Counter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
