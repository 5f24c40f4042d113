using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Spotify.Audio;
using Spotify.Domain.Data;
using Spotify.Ffmpeg;
using Spotify.Functions.AudioIngest;
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
        var prune = new Option<bool>("--prune")
        {
            Description = "Remove the tracks whose files were deleted from the folder.",
        };
        var qualities = new Option<string>("--qualities")
        {
            Description = "The qualities to encode, separated by commas.",
            DefaultValueFactory = _ => string.Join(',', Enum.GetValues<AudioQuality>().Select(quality => quality.WireName)),
        };
        qualities.Validators.Add(result =>
        {
            if (!TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError("--qualities must list any of low, normal, high, very_high and lossless, and not only lossless.");
        });
        var command = new Command(
            "import", "Import audio files: tags, covers, loudness, seek indexes, one quality and then the others. Needs ffmpeg.")
        {
            folder, data, prune, qualities,
        };
        command.SetAction((parsed, ct) =>
        {
            _ = TryParse(parsed.GetValue(qualities), out var ladder);
            var options = new ImportOptions(ladder, parsed.GetValue(prune), Environment.ProcessorCount);
            return RunAsync(
                parsed.GetRequiredValue(folder), parsed.GetRequiredValue(data), options, parsed.InvocationConfiguration.Output, ct);
        });
        return command;
    }

    // A list without a lossy quality would leave lossy files without any encoding.
    private static bool TryParse(string? list, out LadderSelection ladder)
    {
        var qualities = new HashSet<AudioQuality>();
        ladder = new LadderSelection(qualities);
        foreach (var name in (list ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!AudioQualities.TryParse(name, out var quality)) return false;
            qualities.Add(quality);
        }

        return qualities.Any(quality => quality != AudioQuality.Lossless);
    }

    private static async Task<int> RunAsync(
        string folder, string dataPath, ImportOptions options, TextWriter output, CancellationToken ct)
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
            importer = new Importer(database, store, new FfmpegEncoder(tools), TimeProvider.System, workspace, progress, options);
            await importer.RunAsync(new MusicFolder(folder, data.Root), folder, ct);
            await SearchDictionaryTasks.BeginAsync(data, database, ct);
            return true;
        }
    }

    private static async Task<int> SummarizeAsync(IReadOnlyList<ImportedFile> files, TextWriter output)
    {
        var noted = files.Where(file => file.Outcome is ImportOutcome.Imported or ImportOutcome.Updated or ImportOutcome.Unchanged);
        foreach (var file in noted.Where(file => file.Notes.Count > 0))
            await output.WriteLineAsync($"Note on {file.PrintablePath}: {file.PrintableNotes}");
        foreach (var file in files.Where(file => file.Outcome is ImportOutcome.Failed or ImportOutcome.Incomplete))
            await output.WriteLineAsync($"{file.Outcome} {file.PrintablePath}: {file.PrintableNotes}");
        var (failed, incomplete, pruned) = (Count(ImportOutcome.Failed), Count(ImportOutcome.Incomplete), Count(ImportOutcome.Pruned));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(ImportOutcome.Imported)} imported, {Count(ImportOutcome.Updated)} updated, "
            + $"{Count(ImportOutcome.Unchanged)} unchanged, {Count(ImportOutcome.Duplicate)} duplicates, {failed} failed")
            + (incomplete > 0 ? string.Create(CultureInfo.InvariantCulture, $", {incomplete} without all qualities") : "")
            + (pruned > 0 ? string.Create(CultureInfo.InvariantCulture, $", {pruned} pruned") : ""));
        if (failed > 0 && failed == files.Count) throw new CommandFailedException("Nothing could be imported.");
        return 0;

        int Count(ImportOutcome outcome) => files.Count(file => file.Outcome == outcome);
    }
}
