using System.Globalization;
using Spectre.Console;
using Spotify.Functions.AudioIngest;

namespace Spotify.Local.Import;

/// <summary>The outcome for a file.</summary>
internal enum ImportOutcome
{
    /// <summary>The file was imported.</summary>
    Imported,

    /// <summary>The description of an imported track was updated, because the tags were edited or the file was moved.</summary>
    Updated,

    /// <summary>The file was imported earlier.</summary>
    Unchanged,

    /// <summary>The content was imported from another path.</summary>
    Duplicate,

    /// <summary>The file could not be imported.</summary>
    Failed,

    /// <summary>A playable track has got its other qualities.</summary>
    Completed,

    /// <summary>A playable track could not get its other qualities.</summary>
    Incomplete,

    /// <summary>The file was deleted, and was removed from the catalog.</summary>
    Pruned,
}

/// <summary>The result for a file.</summary>
/// <param name="Path">The path, relative to the imported folder.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Notes">The reason of a failure; otherwise warnings about skipped parts.</param>
internal sealed record ImportedFile(string Path, ImportOutcome Outcome, IReadOnlyList<string> Notes)
{
    /// <summary>The path as one line of text, because names can contain line breaks and escape sequences.</summary>
    public string PrintablePath => PrintableText.Of(Path);

    /// <summary>The notes as one line of text.</summary>
    public string PrintableNotes => PrintableText.Of(string.Join(' ', Notes));
}

/// <summary>A display of the progress of an import. Thread-safe.</summary>
internal interface IImportProgress
{
    /// <summary>Begins a stage.</summary>
    /// <param name="stage">The name of the stage.</param>
    /// <param name="total">The number of files in the stage.</param>
    void Begin(string stage, int total);

    /// <summary>Counts a file of the stage as done.</summary>
    /// <param name="file">The result to show; null for none.</param>
    void Advance(ImportedFile? file);

    /// <summary>Shows a line of text.</summary>
    void Say(string line);
}

/// <summary>A progress display with a line for each file, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter output) : IImportProgress
{
    private readonly Lock guard = new();
    private int done;
    private int total;

    public void Begin(string stage, int total)
    {
        lock (guard) (done, this.total) = (0, total);
    }

    public void Advance(ImportedFile? file)
    {
        lock (guard)
        {
            done++;
            if (file is null) return;
            var notes = file.Notes.Count > 0 ? ": " + file.PrintableNotes : "";
            var outcome = file.Outcome.ToString().ToLowerInvariant();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done}/{total} {outcome}  {file.PrintablePath}{notes}"));

            // Flushes, so that readers see each line when the file is durable.
            output.Flush();
        }
    }

    public void Say(string line)
    {
        lock (guard)
        {
            output.WriteLine(PrintableText.Of(line));
            output.Flush();
        }
    }
}

/// <summary>A progress bar, for terminals.</summary>
internal sealed class BarProgress : IImportProgress
{
    private readonly IAnsiConsole console;
    private readonly ProgressContext context;
    private ProgressTask? bar;

    private BarProgress(IAnsiConsole console, ProgressContext context) => (this.console, this.context) = (console, context);

    /// <summary>Runs an import with a progress bar.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, Func<IImportProgress, Task<T>> import) => console.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new PercentageColumn(),
            new RemainingTimeColumn(),
            new SpinnerColumn())
        .StartAsync(context => import(new BarProgress(console, context)));

    public void Begin(string stage, int total)
    {
        if (bar is not null) bar.Value = bar.MaxValue;
        bar = context.AddTask(Markup.Escape($"{stage} {Files(total)}"), maxValue: Math.Max(total, 1));
        if (total == 0) bar.Value = 1;
    }

    public void Advance(ImportedFile? file) => bar?.Increment(1);

    public void Say(string line) => console.WriteLine(line);

    private static string Files(int count) => count == 1 ? "1 file" : string.Create(CultureInfo.InvariantCulture, $"{count} files");
}
