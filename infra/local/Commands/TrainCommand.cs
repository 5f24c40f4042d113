using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spotify.Domain.Data;
using Spotify.ModelTraining;
using Spotify.Local.Database;
using Spotify.Local.Objects;
using Spotify.Local.Training;
using Spotify.Local.Warehouse;
using Spotify.Recommendations;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Training;

namespace Spotify.Local.Commands;

/// <summary>
/// <c>train</c>: trains a model on the plays, libraries and playlists of a data directory and publishes it. The home may serve meanwhile.
/// </summary>
internal static class TrainCommand
{
    private const int MaxIterations = 1000;
    private const int MaxThreads = 1024;

    public static Command Create()
    {
        var data = ServeCommand.DataOption();
        var defaults = new FactorOptions();
        var factors = Number("--factors", "The number of factors.", defaults.Factors, 1, FactorOptions.MaxFactors);
        var iterations = Number("--iterations", "The iterations of the factor model.", defaults.Iterations, 1, MaxIterations);
        var seed = Number("--seed", "The seed of random numbers.", new TrainingOptions().Seed, 0, int.MaxValue);
        var threads = Number("--threads", "The number of threads.", Math.Min(Environment.ProcessorCount, MaxThreads), 1, MaxThreads);
        var noPublish = new Option<bool>("--no-publish") { Description = "Save the model, but leave the published one in use." };
        var force = new Option<bool>("--force") { Description = "Publish the model even if a check fails." };
        var command = new Command("train", "Train the model of recommendations on the plays, libraries and playlists, and publish it.")
        {
            data, factors, iterations, seed, threads, noPublish, force,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(noPublish) && result.GetValue(force)) result.AddError("--no-publish and --force exclude each other.");
        });
        command.SetAction((parsed, ct) =>
        {
            var options = new TrainingOptions
            {
                Factors = defaults with { Factors = parsed.GetValue(factors), Iterations = parsed.GetValue(iterations) },
                Seed = parsed.GetValue(seed),
            };
            var publication = parsed.GetValue(noPublish) ? Publication.SaveOnly
                : parsed.GetValue(force) ? Publication.Always
                : Publication.IfChecked;
            return ModelDirectory.RunAsync(() => RunAsync(
                parsed.GetRequiredValue(data), options, parsed.GetValue(threads), publication, parsed.InvocationConfiguration.Output, ct));
        });
        return command;
    }

    internal static Option<int> Number(string name, string description, int value, int min, int max)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var number)
                || number < min || number > max))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: {min} to {max} is wanted."));
        });
        return option;
    }

    private static async Task<int> RunAsync(
        string dataPath, TrainingOptions options, int threads, Publication publication, TextWriter output, CancellationToken ct)
    {
        var data = new DataDirectory(dataPath);
        using var workspace = TrainingWorkspace.Open(data);
        using var database = new SqliteDatabase(data.Database, Schema.Current);
        using var warehouse = new SqliteWarehouse(data.Warehouse, WarehouseSchema.Current);
        var objects = new DirectoryObjectStore(data.Objects);
        var time = Stopwatch.StartNew();
        var (counts, result) = await TrainingDisplay.RunAsync(output, TrainAsync);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{counts.Tracks} tracks ({counts.Sounds} with sound), {counts.Listeners} listeners, {counts.Interactions} interactions, "
            + $"{counts.Playlists} playlists; {result.Manifest.Size / 1e6:0.0} MB in {time.Elapsed.TotalSeconds:0.0} s"));
        return await ModelsCommand.SummarizeAsync(result, publication, output);

        async Task<(ModelCounts Counts, PublicationResult Result)> TrainAsync(IProgress<TrainingProgress> progress)
        {
            var input = await new TrainingReader(database, warehouse, new TrainingReaderOptions(), TimeProvider.System)
                .ReadAsync(progress, ct);
            if (input.Counts.Tracks == 0) throw new CommandFailedException($"There are no tracks in {data.Root}.");
            using var model = new ModelTrainer(options).Train(input.Data, threads, progress, ct);
            var settings = new ModelSettings(options.Factors.Factors, options.Factors.Iterations, options.Seed, threads);
            var publisher = new ModelPublisher(
                objects, ModelDirectory.LoaderOptions(data, objects), new PublicationOptions(), TimeProvider.System);
            var result = await publisher.PublishAsync(
                model, input.Counts, settings, input.HeldOut, publication, workspace.Path, progress, ct);
            return (input.Counts, result);
        }
    }
}
