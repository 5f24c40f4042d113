using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Spotify.Local.FanOut;

/// <summary>A display of the progress of a fan-out: playlists done and failed, the rate, and the time left. Thread-safe.</summary>
internal abstract class FanOutDisplay
{
    private readonly Lock guard = new();
    private long started;

    /// <summary>The number of playlists to generate.</summary>
    public long Total { get; private set; }

    /// <summary>The number of playlists that are generated or were not due, with those of an interrupted run.</summary>
    public long Done { get; private set; }

    /// <summary>The number of playlists that could not be generated.</summary>
    public long Failed { get; private set; }

    /// <summary>The number of playlists per second of this run.</summary>
    public double Rate { get; private set; }

    private long Before { get; set; }

    /// <summary>Runs a fan-out with a progress bar on a terminal, or with lines of text.</summary>
    public static async Task<FanOutDisplay> RunAsync(TextWriter output, Func<FanOutDisplay, Task> fanOut)
    {
        if (output != Console.Out || Console.IsOutputRedirected)
        {
            var lines = new Lines(output);
            await fanOut(lines);
            return lines;
        }

        return await AnsiConsole.Console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn(),
                new SpinnerColumn())
            .StartAsync(async context =>
            {
                var bar = new Bar(context.AddTask("Generating playlists"));
                await fanOut(bar);
                return (FanOutDisplay)bar;
            });
    }

    /// <summary>Begins the run.</summary>
    /// <param name="total">The number of playlists to generate.</param>
    /// <param name="done">The number of playlists that an interrupted run has generated.</param>
    public void Begin(long total, long done)
    {
        lock (guard)
        {
            (Total, Before, Done, started) = (Math.Max(total, done), done, done, Stopwatch.GetTimestamp());
            Show();
        }
    }

    /// <summary>Counts playlists.</summary>
    public void Advance(int done, int failed)
    {
        lock (guard)
        {
            Done += done;
            Failed += failed;
            Total = Math.Max(Total, Done + Failed);
            Rate = (Done - Before) / Math.Max(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.001);
            Show();
        }
    }

    protected abstract void Show();

    /// <summary>A progress bar, for terminals.</summary>
    private sealed class Bar(ProgressTask task) : FanOutDisplay
    {
        protected override void Show()
        {
            task.MaxValue = Math.Max(Total, 1);
            task.Value = Total == 0 ? 1 : Done + Failed;
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{Done:N0} done, {Failed:N0} failed, {Rate:N0}/s");
        }
    }

    /// <summary>A line for each twentieth of the playlists, for logs and pipes.</summary>
    private sealed class Lines(TextWriter output) : FanOutDisplay
    {
        private long last = -1;

        protected override void Show()
        {
            var part = Total == 0 ? 20 : 20 * (Done + Failed) / Total;
            if (part == last) return;
            last = part;
            var left = Rate > 0 ? TimeSpan.FromSeconds(Math.Ceiling((Total - Done - Failed) / Rate)) : (TimeSpan?)null;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Done + Failed}/{Total}: {Done} done, {Failed} failed, {Rate:0}/s{(left is null ? "" : $", {left:c} left")}"));
            output.Flush();
        }
    }
}
