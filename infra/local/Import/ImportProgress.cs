using System.Globalization;
using Spectre.Console;
using Spotify.Functions.Ingest;

namespace Spotify.Local.Import;

/// <summary>What became of a file.</summary>
internal enum ImportOutcome
{
    /// <summary>It is in.</summary>
    Imported,

    /// <summary>It was in already.</summary>
    Unchanged,

    /// <summary>Its content is in under another path.</summary>
    Duplicate,

    /// <summary>It is not in.</summary>
    Failed,
}

/// <summary>What became of a file.</summary>
/// <param name="Path">The file, relative to the folder that is imported.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Notes">For a failure the reason; else what was left out.</param>
internal sealed record ImportedFile(string Path, ImportOutcome Outcome, IReadOnlyList<string> Notes)
{
    /// <summary>The path as one line of text: names can hold line breaks and escape sequences.</summary>
    public string PrintablePath => PrintableText.Of(Path);

    /// <summary>The notes as one line of text.</summary>
    public string PrintableNotes => PrintableText.Of(string.Join(' ', Notes));
}

/// <summary>Shows how far an import is. Called from several threads.</summary>
internal interface IImportProgress
{
    /// <summary>A stage begins.</summary>
    /// <param name="stage">What it does, in a word.</param>
    /// <param name="total">How many files it has to do with.</param>
    void Begin(string stage, int total);

    /// <summary>A file of the stage is done.</summary>
    /// <param name="file">What became of it, if that is worth a line.</param>
    void Advance(ImportedFile? file);
}

/// <summary>A line for each file, for logs and pipes.</summary>
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
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done}/{total} {file.Outcome.ToString().ToLowerInvariant()}  {file.PrintablePath}{notes}"));

            // Whoever reads the line may rely on it: the file is in.
            output.Flush();
        }
    }
}

/// <summary>A bar, for terminals.</summary>
internal sealed class BarProgress : IImportProgress
{
    private readonly ProgressContext context;
    private ProgressTask? bar;

    private BarProgress(ProgressContext context) => this.context = context;

    /// <summary>Runs an import under a bar.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, Func<IImportProgress, Task<T>> import) => console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
        .StartAsync(context => import(new BarProgress(context)));

    public void Begin(string stage, int total)
    {
        if (bar is not null) bar.Value = bar.MaxValue;
        bar = context.AddTask(Markup.Escape($"{stage} {Files(total)}"), maxValue: Math.Max(total, 1));
        if (total == 0) bar.Value = 1;
    }

    public void Advance(ImportedFile? file) => bar?.Increment(1);

    private static string Files(int count) => count == 1 ? "1 file" : string.Create(CultureInfo.InvariantCulture, $"{count} files");
}
