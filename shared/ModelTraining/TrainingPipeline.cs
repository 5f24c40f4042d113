using Spotify.Domain.Ports;
using Spotify.Recommendations;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Training;

namespace Spotify.ModelTraining;

/// <summary>The result of a training.</summary>
/// <param name="Counts">The amounts of data.</param>
/// <param name="Publication">The version, and whether it passed the checks.</param>
public sealed record TrainingReport(ModelCounts Counts, PublicationResult Publication);

/// <summary>The settings of a training.</summary>
/// <param name="Options">The settings of the models.</param>
/// <param name="Reader">The bounds of the data.</param>
/// <param name="Threads">The number of threads, above 0.</param>
/// <param name="Directory">An empty directory for the files of the model.</param>
public sealed record TrainingSettings(TrainingOptions Options, TrainingReaderOptions Reader, int Threads, string Directory);

/// <summary>A training, the same in both homes: reads the data, fits the models, measures and saves them.</summary>
/// <param name="database">The catalog and the libraries.</param>
/// <param name="warehouse">The plays.</param>
/// <param name="objects">The store of models and of the warehouse's exports.</param>
/// <param name="loader">How to open the published model.</param>
/// <param name="time">The clock.</param>
/// <param name="factors">Fits the factor model elsewhere; null: it is fitted here.</param>
public sealed class TrainingPipeline(
    IDatabase database,
    IWarehouse warehouse,
    IObjectStore objects,
    ModelLoaderOptions loader,
    TimeProvider time,
    IFactorSource? factors = null)
{
    private readonly TrainingRunFiles runs = new(objects);

    /// <summary>Trains a model.</summary>
    /// <exception cref="InvalidDataException">There are no tracks, or an export is damaged.</exception>
    public async Task<TrainingReport> RunAsync(
        TrainingSettings settings, Publication publication, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        var (options, publisher) = (settings.Options, new ModelPublisher(objects, loader, new PublicationOptions(), time));
        var input = await new TrainingReader(database, warehouse, objects, settings.Reader, time).ReadAsync(progress, ct);
        if (input.Counts.Tracks == 0) throw new InvalidDataException("There are no tracks to train a model on.");
        var data = factors is null ? input.Data : input.Data with { Factors = await factors.FitAsync(input, options, progress, ct) };
        using var model = new ModelTrainer(options).Train(data, settings.Threads, progress, ct);
        var result = await publisher.PublishAsync(
            model,
            input.Counts,
            new ModelSettings(model.Factors.Dimensions, options.Factors.Iterations, options.Seed, settings.Threads),
            input.HeldOut,
            publication,
            settings.Directory,
            progress,
            ct);
        return new TrainingReport(input.Counts, result);
    }

    /// <summary>
    /// Trains the model of a scheduled run, and records the outcome. The model is saved; the function that started the run publishes it.
    /// </summary>
    /// <returns>The report; null if the run has ended already, because it was started twice or too late.</returns>
    /// <exception cref="InvalidDataException">There are no tracks, or an export is damaged.</exception>
    public async Task<TrainingReport?> RunAsync(
        string run, TrainingSettings settings, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        if (await runs.ResultAsync(run, ct) is not null || await runs.OutcomeAsync(run, ct) is not null) return null;
        var report = await RunAsync(settings, Publication.SaveOnly, progress, ct);
        var (version, failures) = (report.Publication.Manifest.Version, report.Publication.Failures);
        await runs.WriteAsync(run, new TrainingOutcome(version, report.Publication.Drift, failures), ct);
        return report;
    }
}
