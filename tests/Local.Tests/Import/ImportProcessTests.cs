using System.Runtime.InteropServices;
using Spotify.Fixtures;

namespace Spotify.Local.Tests.Import;

/// <summary>Imports that are killed, interrupted, started twice, or lack what they need.</summary>
public sealed class ImportProcessTests : IDisposable
{
    private const int Files = 5;

    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe", "dotnet")]
    public async Task Killed_anywhere_it_ends_up_where_an_undisturbed_one_does()
    {
        MakeFiles();
        File.Copy(library.PathOf("Album/0.flac"), library.PathOf("copy.flac"));
        await library.ImportAsync($"{Files} imported, 0 unchanged, 1 duplicates, 0 failed");
        var undisturbed = library.Snapshot();

        library.Data = library.Beside("killed");
        Directory.CreateDirectory(library.Objects);
        Directory.CreateDirectory(Path.Combine(library.Data, "tmp"));
        await KillWhenAsync(Appears(Path.Combine(library.Data, "tmp"), "*.ogg"));
        await KillWhenAsync(Appears(library.Objects, "high.ogg"));
        await KillWhenAsync(Appears(library.Objects, "*.seek.json"));
        var acknowledged = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var import = ImportProcess.Start(library);
            if (await import.ReadLineAsync() is { } line && line.Contains(" imported  ", StringComparison.Ordinal)) acknowledged.Add(line.Split("  ")[1]);
            import.Kill();
            await import.FinishAsync();

            var sources = (await library.SourcesAsync()).Select(source => Path.GetRelativePath(library.Music, source.File.Path)).ToList();
            Assert.Subset(sources.ToHashSet(), acknowledged.ToHashSet());
            Assert.Subset(undisturbed.ToHashSet(), Rows(library).ToHashSet());
        }

        Assert.NotEmpty(acknowledged);
        using var last = ImportProcess.Start(library);
        Assert.Contains("0 failed", await last.FinishAsync(), StringComparison.Ordinal);
        Assert.Equal(0, last.ExitCode);
        Assert.Equal(undisturbed, library.Snapshot());
        Assert.Equal(["import.lock"], Directory.EnumerateFiles(Path.Combine(library.Data, "tmp"), "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [ToolFact("ffmpeg", "ffprobe", "dotnet")]
    public async Task Interrupted_it_says_how_many_are_in()
    {
        if (OperatingSystem.IsWindows()) return;
        MakeFiles();
        using var import = ImportProcess.Start(library);
        await import.ReadLineAsync();
        Assert.Equal(0, SendSignal(import.Id, 15));
        await import.FinishAsync();
        Assert.Equal(1, import.ExitCode);
        Assert.Matches("^Interrupted: [1-9][0-9]* files? (is|are) in; the same command goes on with the rest.\n$", await import.Error);
        Assert.Equal(["import.lock"], Directory.EnumerateFiles(Path.Combine(library.Data, "tmp"), "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [ToolFact("ffmpeg", "ffprobe", "dotnet")]
    public async Task Two_at_once_do_not_get_into_each_other_s_way()
    {
        MakeFiles();
        Directory.CreateDirectory(Path.Combine(library.Data, "tmp"));
        var working = Appears(Path.Combine(library.Data, "tmp"), "*.ogg");
        using var import = ImportProcess.Start(library);
        await working;
        var second = await library.ImportAsync();
        Assert.Equal((1, "", $"Another import is running on {library.Data}.{Environment.NewLine}"), (second.ExitCode, second.Output, second.Error));
        Assert.Contains($"{Files} imported, 0 unchanged, 0 duplicates, 0 failed", await import.FinishAsync(), StringComparison.Ordinal);
    }

    [ToolFact("dotnet")]
    public async Task Without_ffmpeg_it_says_how_to_get_it_and_touches_nothing()
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
    public async Task A_folder_that_is_not_there_is_one_line()
    {
        var result = await MusicLibrary.RunAsync("import", library.PathOf("nowhere"), "--data", library.Data);
        Assert.Equal((1, "", $"There is no folder {library.PathOf("nowhere")}.{Environment.NewLine}"), (result.ExitCode, result.Output, result.Error));
        Assert.False(Directory.Exists(library.Data));
    }

    [Fact]
    public async Task Without_a_folder_it_is_wrong_usage() => Assert.Equal(2, (await MusicLibrary.RunAsync("import")).ExitCode);

    // What follows from one track alone; artists and albums grow with every one, and objects come before what names them.
    private static IEnumerable<string> Rows(MusicLibrary library) =>
        library.Snapshot("Artists", "Albums", "AlbumArtists", "SearchDocuments", "ObjectRemovals").Where(row => row.Contains(": ", StringComparison.Ordinal));

    private void MakeFiles()
    {
        for (var i = 0; i < Files; i++)
            library.MakeFlac($"Album/{i}.flac", 300 + (i * 70), null, "ALBUM=Album", $"ARTIST=Artist {i % 2}", $"TITLE=Track {i}", $"TRACKNUMBER={i + 1}", $"GENRE=Genre {i}");
    }

    private async Task KillWhenAsync(Task moment)
    {
        using var import = ImportProcess.Start(library);
        await moment.WaitAsync(TimeSpan.FromMinutes(2));
        import.Kill();
        await import.FinishAsync();
    }

    /// <summary>Completes when a file of that name is made somewhere below a directory.</summary>
    private static async Task Appears(string directory, string pattern)
    {
        using var watcher = new FileSystemWatcher(directory, pattern) { IncludeSubdirectories = true };
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, _) => appeared.TrySetResult();
        watcher.Renamed += (_, _) => appeared.TrySetResult();
        watcher.EnableRaisingEvents = true;
        await appeared.Task;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
