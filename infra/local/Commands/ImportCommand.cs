using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Spotify.Domain.Data;
using Spotify.Ffmpeg;
using Spotify.Local.Database;
using Spotify.Local.Import;
using Spotify.Local.Objects;

namespace Spotify.Local.Commands;

/// <summary><c>import</c>: imports a folder of music into the catalog.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "A folder of music: Ogg, FLAC, MP3, M4A, Opus or WAV files, at any depth.",
        };
        var data = ServeCommand.DataOption();
        var command = new Command("import", "Import audio files: tags, covers, loudness, every quality, seek indexes. Needs ffmpeg.")
        {
            folder, data,
        };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetRequiredValue(folder), parsed.GetRequiredValue(data), parsed.InvocationConfiguration.Output, ct));
        return command;
    }

    private static async Task<int> RunAsync(string folder, string dataPath, TextWriter output, CancellationToken ct)
    {
        if (!Directory.Exists(folder)) throw new CommandFailedException($"There is no folder {folder}.");
        var tools = FfmpegTools.Find() ?? throw new CommandFailedException(FfmpegTools.HowToInstall);
        if (await tools.MissingEncoderAsync(ct) is { } missing)
            throw new CommandFailedException($"{tools.Ffmpeg} was built without the encoder {missing}. {FfmpegTools.HowToInstall}");

        var data = new DataDirectory(dataPath);
        using var workspace = ImportWorkspace.Open(data);
        using var database = new SqliteDatabase(data.Database, Schema.Current);
        var store = new DirectoryObjectStore(data.Objects);
        Importer? importer = null;
        try
        {
            if (output == Console.Out && !Console.IsOutputRedirected) await BarProgress.RunAsync(AnsiConsole.Console, ImportAsync);
            else await ImportAsync(new PlainProgress(output));
        }
        catch (OperationCanceledException)
        {
            var done = importer?.Results.Count(file => file.Outcome == ImportOutcome.Imported) ?? 0;
            throw new CommandFailedException(string.Create(
                CultureInfo.InvariantCulture,
                $"Interrupted: {done} {(done == 1 ? "file was" : "files were")} imported; run the command again to import the rest."));
        }

        return await SummarizeAsync(importer!.Results, output);

        async Task<bool> ImportAsync(IImportProgress progress)
        {
            importer = new Importer(
                database, store, new FfmpegEncoder(tools), TimeProvider.System, workspace, progress, Environment.ProcessorCount);
            await importer.RunAsync(new MusicFolder(folder, data.Root), folder, ct);
            return true;
        }
    }

    private static async Task<int> SummarizeAsync(IReadOnlyList<ImportedFile> files, TextWriter output)
    {
        var noted = files.Where(file => file.Outcome is not (ImportOutcome.Failed or ImportOutcome.Duplicate) && file.Notes.Count > 0);
        foreach (var file in noted)
            await output.WriteLineAsync($"Note on {file.PrintablePath}: {file.PrintableNotes}");
        foreach (var file in files.Where(file => file.Outcome == ImportOutcome.Failed))
            await output.WriteLineAsync($"Failed {file.PrintablePath}: {file.PrintableNotes}");
        var failed = Count(ImportOutcome.Failed);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(ImportOutcome.Imported)} imported, {Count(ImportOutcome.Updated)} updated, {Count(ImportOutcome.Unchanged)} unchanged, "
            + $"{Count(ImportOutcome.Duplicate)} duplicates, {failed} failed"));
        if (failed > 0 && failed == files.Count) throw new CommandFailedException("Nothing could be imported.");
        return 0;

        int Count(ImportOutcome outcome) => files.Count(file => file.Outcome == outcome);
    }
}
