using System.CommandLine;
using System.Globalization;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.PlaylistShards;
using Spotify.Functions.WeeklyPlaylists;
using Spotify.Local.Database;
using Spotify.Local.FanOut;
using Spotify.Local.Objects;
using Spotify.Local.Training;
using Spotify.Local.Warehouse;

namespace Spotify.Local.Commands;

/// <summary>
/// <c>weekly</c>: generates the weekly playlists of the current week for every active listener. The home may serve meanwhile. A run that is
/// interrupted or killed is continued by the next one.
/// </summary>
internal static class WeeklyCommand
{
    private const int MaxThreads = 1024;

    public static Command Create(TimeProvider time)
    {
        var data = ServeCommand.DataOption();
        var surface = new Option<string?>("--surface") { Description = "The playlists to generate; without it, all weekly ones." };
        surface.AcceptOnlyFromAmong([.. FanOutShard.Surfaces.Select(known => known.Id)]);
        var threads = TrainCommand.Number(
            "--threads", "The number of threads.", Math.Min(Environment.ProcessorCount, MaxThreads), 1, MaxThreads);
        var command = new Command("weekly", "Generate the weekly playlists of all active listeners. Continues an interrupted run.")
        {
            data, surface, threads,
        };
        command.SetAction((parsed, ct) => ModelDirectory.RunAsync(() => RunAsync(
            parsed.GetRequiredValue(data),
            [.. FanOutShard.Surfaces.Where(known => parsed.GetValue(surface) is not { } id || id == known.Id)],
            parsed.GetValue(threads),
            time,
            parsed.InvocationConfiguration.Output,
            ct)));
        return command;
    }

    private static async Task<int> RunAsync(
        string dataPath, IReadOnlyList<Surface> surfaces, int threads, TimeProvider time, TextWriter output, CancellationToken ct)
    {
        FanOutDisplay? display = null;
        await using var services = Services(
            new DataDirectory(dataPath), threads, time, (done, failed) => Volatile.Read(ref display)?.Advance(done, failed));
        try
        {
            await FanOutDisplay.RunAsync(output, async shown =>
            {
                Volatile.Write(ref display, shown);
                await services.GetRequiredService<LocalFanOut>().RunAsync(surfaces, threads, shown.Begin, ct);
            });
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CommandFailedException(Text($"Interrupted: {display?.Done:N0} are done; run the command again for the rest."));
        }

        await output.WriteLineAsync(Text($"{display!.Done:N0} done, {display.Failed:N0} failed, {display.Rate:N0} per second"));
        return display.Failed == 0
            ? 0
            : throw new CommandFailedException(Text($"{display.Failed:N0} listeners failed and keep their last playlists; run it again."));
    }

    private static ServiceProvider Services(DataDirectory data, int threads, TimeProvider time, Action<int, int> completed)
    {
        var services = new ServiceCollection().AddSingleton(data).AddLogging().AddSqlite().AddDirectoryObjects().AddSqliteWarehouse();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        services.AddSingleton(time);
        services.AddSingleton(provider =>
            ModelDirectory.LoaderOptions(data, provider.GetRequiredService<DirectoryObjectStore>()));
        services.AddPlaylistGenerator().AddFanOut().AddPlaylistShards();
        services.AddSingleton<ITaskQueue>(provider => new DirectTaskQueue(provider, threads, completed));
        services.AddSingleton(provider => new ShardWalker(
            provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<ITaskQueue>(), time)
        {
            // The playlists of a page are written before the next one is read.
            MaxWaiting = int.MaxValue,
        });
        services.AddSingleton<RecentListeners>().AddSingleton<LocalFanOut>();
        return services.BuildServiceProvider();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
