using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Benchmarks.Generate;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.WeeklyPlaylists;
using Spotify.Local;
using Spotify.Local.Database;
using Spotify.Local.Objects;
using Spotify.Local.Warehouse;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Ranking;

namespace Spotify.Benchmarks.FanOut;

/// <summary>
/// The fan-out of the week to listeners with plays and a generated model, by the command <c>weekly</c> in a process that is killed at
/// random moments. Checks that every listener has exactly one playlist. Reports the rate against that of the recommender alone, in the same
/// run, and the unit costs of docs/capacity.md.
/// </summary>
internal static partial class FanOutBenchmark
{
    private const int Sample = 300;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--listeners", "--kills", "--tracks", "--plays", "--threads");
        var (listeners, kills) = (arguments.Number("--listeners", 100_000), arguments.Number("--kills", 3));
        var (tracks, plays) = (arguments.Number("--tracks", 50_000), arguments.Number("--plays", 50));
        var threads = arguments.Number("--threads", Environment.ProcessorCount);
        var directory = Directory.CreateTempSubdirectory("fan-out-").FullName;
        try
        {
            using var model = new GeneratedModel("", tracks);
            var watch = Stopwatch.StartNew();
            await PrepareAsync(new DataDirectory(directory), model, listeners, tracks, plays);
            Console.WriteLine(Text($"{listeners:N0} listeners of {plays} plays, {tracks:N0} tracks, in {watch.Elapsed.TotalSeconds:0} s"));
            var computed = Computed(model, plays);
            var (reads, commits) = await CountAsync(new DataDirectory(directory));

            var random = new Random();
            var (processor, elapsed) = (TimeSpan.Zero, Stopwatch.StartNew());
            foreach (var moment in Enumerable.Range(0, kills).Select(_ => random.NextDouble()).Order())
            {
                var run = await WeeklyProcess.RunAsync(
                    Start(directory, threads), (long)(moment * 0.9 * listeners), TimeSpan.FromSeconds(random.NextDouble()));
                Console.WriteLine(Text($"killed: {run.Last}"));
                processor += run.Processor;
            }

            var last = await WeeklyProcess.RunAsync(Start(directory, threads), null);
            processor += last.Processor;
            Console.WriteLine(last.Last);
            if (last.ExitCode != 0) throw new BenchmarkException("The fan-out failed.");
            var seconds = elapsed.Elapsed.TotalSeconds;
            using (var database = Open(new DataDirectory(directory)))
            {
                if (await FanOutData.ProblemAsync(database, listeners, TimeProvider.System) is { } problem)
                    throw new BenchmarkException(problem);
            }

            Console.WriteLine($"every listener has exactly one playlist of the week with 30 different tracks, after {kills} times SIGKILL");
            // Of the last run, because a run that is killed generates playlists that it has no time to report.
            var rate = double.Parse(Rate().Match(last.Last).Groups[1].Value, NumberStyles.Number, CultureInfo.InvariantCulture);
            Console.WriteLine(Text($"{listeners / seconds:0} listeners/s with the kills and {kills + 1} starts, {rate:0} in the last run"));
            Console.WriteLine(Text($"{processor.TotalSeconds / listeners * 1000:0.00} ms of processor per listener"));
            Console.WriteLine(Text($"{reads:0.000} reads and {commits:0.000} commits per listener"));
            var ratio = rate / (computed * Math.Min(threads, Environment.ProcessorCount));
            Console.WriteLine(Text($"the recommender alone: {computed:0} listeners/s on a core; the last run: {ratio:0.00} times that"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task PrepareAsync(DataDirectory data, GeneratedModel model, int listeners, int tracks, int plays)
    {
        var store = new ModelStore(new DirectoryObjectStore(data.Objects), TimeProvider.System);
        await store.SaveAsync(model.Manifest, model.Path, null, default);
        await store.PublishAsync(model.Manifest.Version, default);
        using var database = Open(data);
        var ids = Enumerable.Range(0, tracks).Select(row => SpotifyId.Format(GeneratedModel.Id(row))).ToArray();
        await FanOutData.WriteTracksAsync(database, ids);
        await FanOutData.WriteListenersAsync(
            database, listeners, listener => GeneratedListeners.Rows(model, listener, plays).Select(row => ids[row]),
            TimeProvider.System);
    }

    // Listeners per second on one core, without reads and writes.
    private static double Computed(GeneratedModel model, int plays)
    {
        var recommender = new Recommender(model.Model, new RankingOptions());
        var inputs = Enumerable.Range(0, Sample)
            .Select(seed => GeneratedListeners.Of(GeneratedListeners.Rows(model, seed, plays))).ToArray();
        // The first round warms up.
        var rate = 0.0;
        for (var round = 0; round < 2; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < Sample; i++) recommender.Recommend(inputs[i], i, GeneratedListeners.Now);
            rate = Sample / watch.Elapsed.TotalSeconds;
        }

        return rate;
    }

    // Reads and commits of a listener in a task of a hundred, as the cloud runs them. The playlists count as those of the fan-out.
    private static async Task<(double Reads, double Commits)> CountAsync(DataDirectory data)
    {
        using var database = Open(data);
        var counting = new InterceptedDatabase(database);
        var objects = new DirectoryObjectStore(data.Objects);
        var services = new ServiceCollection().AddLogging().AddSingleton(data).AddSqliteWarehouse()
            .AddSingleton<IDatabase>(counting).AddSingleton<ISearchIndex>(new SqliteSearchIndex(database))
            .AddSingleton<IObjectStore>(objects).AddSingleton(TimeProvider.System)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton(new ModelLoaderOptions { Directory = Path.Combine(data.Temporary, "models"), PathOf = objects.PathOf })
            .AddPlaylistGenerator();
        await using var provider = services.BuildServiceProvider();
        using var queue = new DirectTaskQueue(provider, 1, (_, _) => { });
        var tasks = Enumerable.Range(0, Sample).Select(listener => $"listener-{listener}").Chunk(GenerationTask.MaxUsers).Select(users =>
            new GenerationTask(users) { Surfaces = [Surface.DiscoverWeekly.Id] }.ToRequest(null));
        await queue.EnqueueAsync(PlaylistGeneratorFunction.Definition.Queue!, [.. tasks], default);
        return (counting.RoundTrips.Reads / (double)Sample, counting.RoundTrips.Commits / (double)Sample);
    }

    private static SqliteDatabase Open(DataDirectory data) => new(data.Database, Schema.Current);

    private static Process Start(string directory, int threads)
    {
        string[] command =
        [
            typeof(LocalHost).Assembly.Location, "weekly", "--data", directory, "--surface", Surface.DiscoverWeekly.Id,
            "--threads", threads.ToString(CultureInfo.InvariantCulture),
        ];
        return Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"([\d,]+) per second")]
    private static partial Regex Rate();
}
