using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Local.Commands;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.FanOut;

/// <summary>The command <c>weekly</c>.</summary>
public sealed partial class WeeklyCommandTests : IDisposable
{
    private const int Listeners = 300;

    private readonly ManualTimeProvider clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("weekly-");

    public void Dispose() => directory.Delete(recursive: true);

    [SkippableFact]
    public async Task A_fan_out_that_is_killed_is_continued_and_every_listener_has_one_playlist()
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no SIGKILL.");
        await FillAsync(Listeners, TimeProvider.System);
        var (exitCode, _, _) = await WeeklyProcess.RunAsync(HostProcess.StartCommand(Command), Listeners / 3);
        Assert.Equal(137, exitCode);

        var (finished, _, last) = await WeeklyProcess.RunAsync(HostProcess.StartCommand(Command), null);
        Assert.True(finished == 0, last);
        using (var database = Open()) Assert.Null(await FanOutData.ProblemAsync(database, Listeners, TimeProvider.System));

        // Again, for everyone.
        Assert.Equal(
            (0, $"{Listeners} done, 0 failed"),
            await RunAsync(TimeProvider.System, "--surface", "discover-weekly", "--threads", "2"));
        using (var database = Open()) Assert.Null(await FanOutData.ProblemAsync(database, Listeners, TimeProvider.System));
    }

    [SkippableFact]
    public async Task A_fan_out_that_is_interrupted_says_how_far_it_came_and_is_continued()
    {
        Skip.If(HostProcess.Interruptible is null, "Programs cannot be started with the default action of SIGINT.");
        await FillAsync(Listeners, TimeProvider.System);
        var (exitCode, _, last) = await WeeklyProcess.RunAsync(
            HostProcess.StartInterruptible(Command), Listeners / 3, end: HostProcess.Interrupt);
        Assert.True(exitCode == 1, last);
        var done = int.Parse(Interrupted().Match(last).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(done, Listeners / 3, Listeners - 1);

        Assert.Equal((0, $"{Listeners} done, 0 failed"), await RunAsync(TimeProvider.System, "--surface", "discover-weekly"));
        using var database = Open();
        Assert.Null(await FanOutData.ProblemAsync(database, Listeners, TimeProvider.System));
    }

    [Fact]
    public async Task Only_active_listeners_get_playlists()
    {
        await FillAsync(3, clock);
        using (var database = Open())
        {
            await database.CommitAsync(
                [
                    // Active by a visit, without plays.
                    new User("visitor", "visitor", null, "SE", Product.Free, false, false, null, DateTimeOffset.UnixEpoch).Insert(),
                    ActiveListeners.Upsert("visitor", "Europe/Stockholm", clock.Now),
                    new User("gone", "gone", null, "SE", Product.Free, false, false, null, DateTimeOffset.UnixEpoch).Insert(),
                    ActiveListeners.Upsert("gone", "Europe/Stockholm", clock.Now.AddDays(-31)),
                ],
                default);
        }

        Assert.Equal((0, "4 done, 0 failed"), await RunAsync(clock, "--surface", "discover-weekly"));
        using (var database = Open()) Assert.Null(await FanOutData.ProblemAsync(database, 4, clock));
    }

    [Fact]
    public async Task A_directory_without_listeners_is_done_at_once() =>
        Assert.Equal((0, "0 done, 0 failed"), await RunAsync(clock));

    [Theory]
    [InlineData("--surface", "daily-mix-1")]
    [InlineData("--threads", "0")]
    [InlineData("now")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments) =>
        Assert.Equal(2, (await RunAsync(clock, arguments)).ExitCode);

    private string[] Command => ["weekly", "--data", directory.FullName, "--surface", "discover-weekly", "--threads", "2"];

    private SqliteDatabase Open() => new(new DataDirectory(directory.FullName).Database, Schema.Current);

    private async Task FillAsync(int listeners, TimeProvider time)
    {
        using var database = Open();
        var tracks = Enumerable.Range(0, 60).Select(track => SpotifyId.FromName($"track {track}")).ToList();
        await FanOutData.WriteTracksAsync(database, tracks);
        await FanOutData.WriteListenersAsync(database, listeners, listener => [tracks[listener % 20]], time);
    }

    private async Task<(int ExitCode, string Last)> RunAsync(TimeProvider time, params string[] arguments)
    {
        using var output = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["weekly", "--data", directory.FullName, .. arguments], output, output, time);
        var last = output.ToString().Trim().Split('\n')[^1];
        return (exitCode, last.Split(", ") is [var done, var failed, ..] ? $"{done}, {failed}" : output.ToString());
    }

    [GeneratedRegex(@"Interrupted: ([\d,]+) are done; run the command again for the rest\.")]
    private static partial Regex Interrupted();
}
