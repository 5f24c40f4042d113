using System.CommandLine;
using Spotify.Local.Training;
using Spotify.Recommendations.Evaluation;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Training;

namespace Spotify.Local.Commands;

/// <summary><c>evaluate</c>: measures the recommendations of models that are trained on one CSV file against another one.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var train = new Option<string>("--train")
        {
            Description = "The CSV file to train on: user,item,weight.", Required = true, HelpName = "FILE",
        };
        var test = new Option<string>("--test") { Description = "The CSV file to predict, likewise.", Required = true, HelpName = "FILE" };
        var items = new Option<string?>("--items")
        {
            Description = "A CSV file that describes the items: item,artist,album,genres,year; genres separated by ; or |.",
            HelpName = "FILE",
        };
        var factors = new Option<int>("--factors")
        {
            Description = $"The number of factors, 1 to {FactorOptions.MaxFactors}.",
            DefaultValueFactory = _ => new FactorOptions().Factors,
        };
        var seed = new Option<int>("--seed") { Description = "The seed of random choices.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads")
        {
            Description = "The number of threads.", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        factors.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > FactorOptions.MaxFactors)
                result.AddError($"--factors must be from 1 to {FactorOptions.MaxFactors}.");
        });
        threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1024) result.AddError("--threads must be from 1 to 1024.");
        });
        var command = new Command("evaluate", "Train models on a CSV file and measure their recommendations on another one.")
        {
            train, test, items, factors, seed, threads,
        };
        command.SetAction((parsed, ct) =>
        {
            var defaults = new TrainingOptions();
            var options = defaults with
            {
                Factors = defaults.Factors with { Factors = parsed.GetValue(factors) }, Seed = parsed.GetValue(seed),
            };
            var files = new Files(parsed.GetRequiredValue(train), parsed.GetRequiredValue(test), parsed.GetValue(items));
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return RunAsync(files, options, parsed.GetValue(threads), output, error, ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Files files, TrainingOptions options, int threads, TextWriter output, TextWriter error, CancellationToken ct)
    {
        // Only results go to the output if it is not a terminal, so that it can be read by programs.
        var isTerminal = output == Console.Out && !Console.IsOutputRedirected;
        var data = Read(files);
        if (data.Test.Count == 0) throw new CommandFailedException($"{files.Test}: none of the items is in {files.Train}.");
        var results = await TrainingDisplay.RunAsync(isTerminal ? output : error, progress => Task.FromResult(
            ModelEvaluation.Run(data, options, threads, progress, ct).ToList()));
        foreach (var result in results) await output.WriteLineAsync(result.ToString());
        return 0;
    }

    private static EvaluationData Read(Files files)
    {
        using var train = Open(files.Train);
        using var test = Open(files.Test);
        using var items = files.Items is null ? null : Open(files.Items);
        try
        {
            var descriptions = items is null ? null : new CsvSource(files.Items!, items);
            return EvaluationData.Read(new CsvSource(files.Train, train), new CsvSource(files.Test, test), descriptions);
        }
        catch (InvalidDataException e)
        {
            throw new CommandFailedException(e.Message);
        }
    }

    private static StreamReader Open(string path) =>
        File.Exists(path) ? new StreamReader(path) : throw new CommandFailedException($"There is no file {path}.");

    private sealed record Files(string Train, string Test, string? Items);
}
