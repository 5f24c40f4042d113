using System.Globalization;
using Spectre.Console;
using Spotify.Recommendations;

namespace Spotify.Local.Training;

/// <summary>A display of the progress of a training. Thread-safe.</summary>
internal abstract class TrainingDisplay : IProgress<TrainingProgress>
{
    private readonly Lock guard = new();

    /// <summary>Runs a training with a progress bar on a terminal, or with lines of text.</summary>
    public static Task<T> RunAsync<T>(TextWriter output, Func<IProgress<TrainingProgress>, Task<T>> train) =>
        output == Console.Out && !Console.IsOutputRedirected
            ? AnsiConsole.Console.Progress()
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new ElapsedTimeColumn(),
                    new SpinnerColumn())
                .StartAsync(context => train(new Bars(context)))
            : train(new Lines(output));

    public void Report(TrainingProgress value)
    {
        // Stages report from several threads.
        lock (guard) Show(value);
    }

    protected abstract void Show(TrainingProgress progress);

    /// <summary>A bar for each stage.</summary>
    private sealed class Bars(ProgressContext context) : TrainingDisplay
    {
        private ProgressTask? bar;
        private string stage = "";

        protected override void Show(TrainingProgress progress)
        {
            if (progress.Stage != stage)
            {
                if (bar is not null) bar.Value = bar.MaxValue;
                (stage, bar) = (progress.Stage, context.AddTask(Markup.Escape(progress.Stage)));
            }

            bar!.MaxValue = Math.Max(progress.Total, 1);
            // Threads may report in another order.
            bar.Value = Math.Max(bar.Value, progress.Total == 0 ? 1 : progress.Done);
        }
    }

    /// <summary>A line for each stage and each further tenth of it.</summary>
    private sealed class Lines(TextWriter output) : TrainingDisplay
    {
        private (string Stage, int Tenth) last = ("", 0);

        protected override void Show(TrainingProgress progress)
        {
            var tenth = progress.Total == 0 ? 10 : (int)(10L * progress.Done / progress.Total);
            if (progress.Stage == last.Stage && tenth <= last.Tenth) return;
            last = (progress.Stage, tenth);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{progress.Stage} {progress.Done}/{progress.Total}"));
            output.Flush();
        }
    }
}
