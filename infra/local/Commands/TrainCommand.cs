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

    public static Command Create(TimeProvider time)
    {
        var data = ServeCommand.DataOption();
        var defaults = new FactorOptions();
        var factors = Number("--factors", "The number of factors.", defaults.Factors, 1, FactorOptions.MaxFactors);
        var iterations = Number("--iterations", "The iterations of the factor model.", defaults.Iterations, 1, MaxIterations);
        var seed = Number("--seed", "The seed of random numbers.", new TrainingOptions().Seed, 0, int.MaxValue);
        var threads = Number("--threads", "The number of threads.", Math.Min(Environment.ProcessorCount, MaxThreads), 1, MaxThreads);
        var noPublish = new Option<bool>("--no-publish") { Description = "Save the model, but leave the published one in use." };
        var force = new Option<bool>("--force") { Description = "Publish the model even if a check fails." };
        var run = new Option<string?>("--run") { Description = "The scheduled run that the training is for.", Hidden = true };
        var command = new Command("train", "Train the model of recommendations on the plays, libraries and playlists, and publish it.")
        {
            data, factors, iterations, seed, threads, noPublish, force, run,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(run) is { } name && !TrainingRunFiles.IsValid(name)) result.AddError($"'{name}' is not the name of a run.");
            if (result.GetValue(noPublish) && result.GetValue(force)) result.AddError("--no-publish and --force exclude each other.");
        });
        command.SetAction((parsed, ct) =>
        {
            var options = new TrainingOptions
            {
                Factors = defaults with { Factors = parsed.GetValue(factors), Iterations = parsed.GetValue(iterations) },
                Seed = parsed.GetValue(seed),
            };
            var publication = parsed.GetValue(noPublish) || parsed.GetValue(run) is not null ? Publication.SaveOnly
                : parsed.GetValue(force) ? Publication.Always
                : Publication.IfChecked;
            return ModelDirectory.RunAsync(() => RunAsync(
                parsed.GetRequiredValue(data),
                options,
                parsed.GetValue(threads),
                publication,
                parsed.GetValue(run),
                time,
                parsed.InvocationConfiguration.Output,
                ct));
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
        string dataPath,
        TrainingOptions options,
        int threads,
        Publication publication,
        string? run,
        TimeProvider time,
        TextWriter output,
        CancellationToken ct)
    {
        var data = new DataDirectory(dataPath);
        using var workspace = TrainingWorkspace.Open(data);
        using var database = new SqliteDatabase(data.Database, Schema.Current);
        var objects = new DirectoryObjectStore(data.Objects);
        using var warehouse = new SqliteWarehouse(data.Warehouse, WarehouseSchema.Current, objects);
        var pipeline = new TrainingPipeline(
            database, warehouse, objects, ModelDirectory.LoaderOptions(data, objects), time);
        var settings = new TrainingSettings(options, new TrainingReaderOptions(), threads, workspace.Path);
        var watch = Stopwatch.StartNew();
        var report = await TrainingDisplay.RunAsync(output, async progress => run is null
            ? await pipeline.RunAsync(settings, publication, progress, ct)
            : await pipeline.RunAsync(run, settings, progress, ct));
        if (report is not var (counts, result))
        {
            await output.WriteLineAsync($"The run {run} has ended already.");
            return 0;
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{counts.Tracks} tracks ({counts.Sounds} with sound), {counts.Listeners} listeners, {counts.Interactions} interactions, "
            + $"{counts.Playlists} playlists; {result.Manifest.Size / 1e6:0.0} MB in {watch.Elapsed.TotalSeconds:0.0} s"));
        return await ModelsCommand.SummarizeAsync(result, publication, output);
    }
}
