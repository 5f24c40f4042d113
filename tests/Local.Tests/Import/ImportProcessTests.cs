using System.Runtime.InteropServices;
using Spotify.Fixtures;

namespace Spotify.Local.Tests.Import;

/// <summary>Imports that are killed, interrupted, started twice, or have no ffmpeg.</summary>
public sealed class ImportProcessTests : IDisposable
{
    private const int Files = 5;

    // Long enough for a signal to arrive before the import has finished.
    private readonly MusicLibrary library = new() { Seconds = 2 };

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe", "dotnet")]
    public async Task A_killed_import_resumes_to_the_result_of_an_uninterrupted_one()
    {
        MakeFiles();
        File.Copy(library.PathOf("Album/0.flac"), library.PathOf("copy.flac"));
        await library.ImportAsync($"{Files} imported, 0 updated, 0 unchanged, 1 duplicates, 0 failed");
        var uninterrupted = library.Snapshot();

        library.Data = library.Beside("killed");
        Directory.CreateDirectory(library.Objects);
        Directory.CreateDirectory(Path.Combine(library.Data, "tmp"));
        await KillWhenAsync(Path.Combine(library.Data, "tmp"), "*.m4a");
        await KillWhenAsync(library.Objects, "high.m4a");
        await KillWhenAsync(library.Objects, "*.seek.json");
        var acknowledged = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var import = ImportProcess.Start(library);
            if (await import.ReadLineAsync() is { } line && line.Contains(" imported  ", StringComparison.Ordinal))
                acknowledged.Add(line.Split("  ")[1]);
            import.Kill();
            await import.FinishAsync();

            var sources = (await library.SourcesAsync()).Select(source => Path.GetRelativePath(library.Music, source.File.Path)).ToList();
            Assert.Subset(sources.ToHashSet(), acknowledged.ToHashSet());
            Assert.Subset(uninterrupted.ToHashSet(), Rows(library).ToHashSet());
        }

        Assert.NotEmpty(acknowledged);

        // Killed while the other qualities are encoded.
        using (var import = ImportProcess.Start(library))
        {
            while (await import.ReadLineAsync() is { } line && !line.Contains(" completed  ", StringComparison.Ordinal)) continue;
            import.Kill();
            await import.FinishAsync();
        }

        using var last = ImportProcess.Start(library);
        Assert.Contains("0 failed", await last.FinishAsync(), StringComparison.Ordinal);
        Assert.Equal(0, last.ExitCode);
        Assert.Equal(uninterrupted, library.Snapshot());
        Assert.Equal(["import.lock"], TemporaryFiles());
    }

    [ToolFact("ffmpeg", "ffprobe", "dotnet")]
    public async Task An_interrupted_import_reports_how_many_files_were_imported()
    {
        if (OperatingSystem.IsWindows()) return;
        MakeFiles();
        using var import = ImportProcess.Start(library);
        await import.ReadLineAsync();
        Assert.Equal(0, SendSignal(import.Id, 15));
        await import.FinishAsync();
        Assert.Equal(1, import.ExitCode);
        Assert.Matches(
            "^Interrupted: [1-9][0-9]* files? (was|were) imported; run the command again to import the rest.\n$", await import.Error);
        Assert.Equal(["import.lock"], TemporaryFiles());
    }

    [ToolFact("ffmpeg", "ffprobe", "dotnet")]
    public async Task A_second_import_at_the_same_time_is_refused()
    {
        MakeFiles();
        Directory.CreateDirectory(Path.Combine(library.Data, "tmp"));
        using var import = ImportProcess.Start(library);
        await AppearsAsync(Path.Combine(library.Data, "tmp"), "*.ogg", [], import);
        var second = await library.ImportAsync();
        var refusal = $"Another import is running on {library.Data}.{Environment.NewLine}";
        Assert.Equal((1, "", refusal), (second.ExitCode, second.Output, second.Error));
        var output = await import.FinishAsync();
        Assert.Contains($"{Files} imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed", output, StringComparison.Ordinal);
    }

    [ToolFact("dotnet")]
    public async Task Without_ffmpeg_the_error_explains_the_installation_and_nothing_is_written()
    {
        await File.WriteAllTextAsync(library.PathOf("a.ogg"), "x");
        using var import = ImportProcess.Start(library, path: "");
        Assert.Equal("", await import.FinishAsync());
        Assert.Equal(1, import.ExitCode);
        var error = await import.Error;
        Assert.Single(error.TrimEnd().Split('\n'));
        foreach (var word in new[] { "ffmpeg", "apt", "dnf", "brew", "winget" }) Assert.Contains(word, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(library.Data));
    }

    [Fact]
    public async Task A_missing_folder_is_a_one_line_error()
    {
        var result = await MusicLibrary.RunAsync("import", library.PathOf("nowhere"), "--data", library.Data);
        var error = $"There is no folder {library.PathOf("nowhere")}.{Environment.NewLine}";
        Assert.Equal((1, "", error), (result.ExitCode, result.Output, result.Error));
        Assert.False(Directory.Exists(library.Data));
    }

    [Fact]
    public async Task A_missing_folder_argument_is_wrong_usage() => Assert.Equal(2, (await MusicLibrary.RunAsync("import")).ExitCode);

    // Rows that depend on one track only: artists and albums change with each track. No objects: they are written before their rows.
    private static IEnumerable<string> Rows(MusicLibrary library) =>
        library.Snapshot("Artists", "Albums", "AlbumArtists", "ArtistAlbums", "SearchEntries", "ObjectRemovals", "Playables")
            .Where(row => row.Contains(": ", StringComparison.Ordinal));

    private IEnumerable<string?> TemporaryFiles() =>
        Directory.EnumerateFiles(Path.Combine(library.Data, "tmp"), "*", SearchOption.AllDirectories).Select(Path.GetFileName);

    private void MakeFiles()
    {
        for (var i = 0; i < Files; i++)
        {
            library.MakeFlac(
                $"Album/{i}.flac", 300 + (i * 70), null,
                "ALBUM=Album", $"ARTIST=Artist {i % 2}", $"TITLE=Track {i}", $"TRACKNUMBER={i + 1}", $"GENRE=Genre {i}");
        }
    }

    private async Task KillWhenAsync(string directory, string pattern)
    {
        var known = FilesIn(directory, pattern);
        using var import = ImportProcess.Start(library);
        await AppearsAsync(directory, pattern, known, import);
        import.Kill();
        await import.FinishAsync();
    }

    // Not a FileSystemWatcher: it misses files in new directories, and it can be collected together with a test that waits for it.
    private static async Task AppearsAsync(string directory, string pattern, HashSet<string> known, ImportProcess import)
    {
        while (FilesIn(directory, pattern).IsSubsetOf(known) && !import.HasEnded) await Task.Yield();
    }

    private static HashSet<string> FilesIn(string directory, string pattern)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return [.. Directory.EnumerateFiles(directory, pattern, options)];
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
