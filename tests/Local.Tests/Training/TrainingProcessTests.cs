using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Commands;
using Spotify.Local.Training;
using Spotify.ModelTraining;
using Spotify.Recommendations.Publishing;

namespace Spotify.Local.Tests.Training;

/// <summary>Trainings in processes of their own, which have the clock of the system.</summary>
public sealed class TrainingProcessTests : IDisposable
{
    private const string Run = "20261128-1";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly TrainingHome home = new(new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero));
    private readonly Lines lines = new();
    private readonly ModelStore store;

    public TrainingProcessTests()
    {
        home.AddListening();
        store = new ModelStore(home.Objects, TimeProvider.System);
    }

    public void Dispose() => home.Dispose();

    [Fact]
    public async Task A_scheduled_training_saves_a_model_and_records_the_outcome()
    {
        await home.FlushAsync();
        using var jobs = new TrainingProcesses(home.Data, lines);
        Assert.Null(await jobs.FindAsync(Run, default));
        await jobs.StartAsync(Run, default);
        Assert.Equal(TrainingJobState.Running, await jobs.FindAsync(Run, default));
        await lines.WaitAsync($"Training {Run}: Saved ");
        Assert.Equal(TrainingJobState.Succeeded, await EndAsync(jobs));

        var outcome = (await new TrainingRunFiles(home.Objects).OutcomeAsync(Run, default))!;
        var model = Assert.Single(await store.ListAsync(default));
        Assert.Equal((outcome.Version, false), (model.Version, model.IsPublished));
        Assert.Null(await jobs.FindAsync("20261128-2", default));
    }

    [Fact]
    public async Task A_scheduled_training_that_fails_logs_the_reason()
    {
        using var jobs = new TrainingProcesses(home.Data, lines);
        await jobs.StartAsync(Run, default);
        await lines.WaitAsync($"Training {Run}: There are no tracks to train a model on.");
        Assert.Equal(TrainingJobState.Failed, await EndAsync(jobs));
        Assert.Null(await new TrainingRunFiles(home.Objects).OutcomeAsync(Run, default));
    }

    [Fact]
    public async Task A_scheduled_training_ends_with_the_host_and_the_next_attempt_works()
    {
        await home.FlushAsync();
        using (var first = new TrainingProcesses(home.Data, lines))
        {
            await first.StartAsync(Run, default);
            // The workspace is in use from here on.
            await lines.WaitAsync($"Training {Run}: ");
            using var restarted = new TrainingProcesses(home.Data, lines);
            Assert.Equal(TrainingJobState.Running, await restarted.FindAsync(Run, default));
        }

        using var jobs = new TrainingProcesses(home.Data, lines);
        Assert.Null(await EndAsync(jobs));
        Assert.Empty(await store.ListAsync(default));
        const string next = "20261128-2";
        await jobs.StartAsync(next, default);
        await lines.WaitAsync($"Training {next}: Saved ");
        Assert.Single(await store.ListAsync(default));
    }

    [SkippableTheory]
    [InlineData("-INT", 1)]
    [InlineData("-TERM", 1)]
    [InlineData("-KILL", 137)]
    public async Task A_training_that_is_stopped_changes_nothing_and_the_next_one_works(string signal, int exitCode)
    {
        Skip.If(HostProcess.Interruptible is null, "Programs cannot be started with the default action of SIGINT.");
        await home.FlushAsync();
        await TrainAsync();
        var one = Assert.Single(await store.ListAsync(default)).Version;
        using var process = HostProcess.StartInterruptible(
            "train", "--data", home.Data.Root, "--iterations", "1000", "--factors", "256", "--threads", "1");
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("factors ", StringComparison.Ordinal))
        {
        }

        using (var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((exitCode, exitCode == 1 ? "Interrupted." : ""), (process.ExitCode, (await errors).Trim()));
        Assert.Equal(one, Assert.Single(await store.ListAsync(default)).Version);
        Assert.Equal(one, (await store.CurrentAsync(default))!.Version);
        await TrainAsync("--seed", "9");
        Assert.Equal(2, (await store.ListAsync(default)).Count);
    }

    private async Task TrainAsync(params string[] arguments) =>
        Assert.Equal(0, await CommandLine.RunAsync(["train", "--data", home.Data.Root, .. arguments], TextWriter.Null));

    // Returns the state after the process has ended, which follows its last line at once.
    private static async Task<TrainingJobState?> EndAsync(TrainingProcesses jobs)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (true)
        {
            var state = await jobs.FindAsync(Run, default);
            if (state != TrainingJobState.Running) return state;
            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Lines : ILogger<TrainingProcesses>
    {
        private readonly Channel<string> texts = Channel.CreateUnbounded<string>();

        public async Task WaitAsync(string start)
        {
            using var timeout = new CancellationTokenSource(Timeout);
            while (!(await texts.Reader.ReadAsync(timeout.Token)).StartsWith(start, StringComparison.Ordinal))
            {
            }
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            texts.Writer.TryWrite(formatter(state, exception));
    }
}
