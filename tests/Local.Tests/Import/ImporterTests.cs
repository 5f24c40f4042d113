using Spotify.Domain.Data;
using Spotify.Ffmpeg;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Local.Database;
using Spotify.Local.Import;
using Spotify.Local.Objects;

namespace Spotify.Local.Tests.Import;

public sealed class ImporterTests : IDisposable
{
    private const string RealMusic = "/usr/share/games/freedroid/sound";

    // Unless SPOTIFY_REAL_MUSIC is "all": how many of its sounds are imported, and how much of each piece of music.
    private const int ShortestSounds = 12;
    private const string SecondsOfMusic = "5";

    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Imports_the_same_with_one_worker_and_with_many()
    {
        for (var i = 0; i < 5; i++)
        {
            library.MakeFlac(
                $"Mix/{i}.flac", 300 + (i * 70), null, "ALBUM=Mix", $"ARTIST=Artist {i % 3}", $"ARTIST=Guest {i % 2}", $"TITLE=T{i}",
                $"DATE=200{i}", $"GENRE=G{i}", $"LABEL=L{i}", $"COPYRIGHT=2000 Owner {i}");
        }

        await RunAsync(1);
        var one = library.Snapshot();
        library.Data = library.Beside("many");
        await RunAsync(5);
        Assert.Equal(one, library.Snapshot());
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_running_server_finds_and_plays_a_track_imported_meanwhile()
    {
        await using var server = await LocalServer.StartAsync();
        library.Data = server.Data;
        library.MakeFlac("a.flac", 440, MusicLibrary.Picture("red"), "ARTIST=Quokka Quartet", "TITLE=Marsupial Morning");
        var user = await server.SignInAsync("listener");
        Assert.Equal("0", (await user.GetJsonAsync("/v1/search?q=marsupial&type=track")).At("tracks", "total"));
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");

        var found = await user.GetJsonAsync("/v1/search?q=marsupial+quokka&type=track,artist");
        var id = found.At("tracks", "items", 0, "id");
        Assert.Equal((await library.SourceAsync("a.flac")).PlayableId, id);
        var track = await user.GetJsonAsync($"/v1/tracks/{id}");
        Assert.Equal(
            ("Marsupial Morning", "Quokka Quartet", "single"),
            (track.At("name"), track.At("artists", 0, "name"), track.At("album", "album_type")));
        Assert.Equal("0000", track.At("album", "release_date"));
        var image = track.At("album", "images", 0, "url")!;
        Assert.EndsWith("/640.jpg", image, StringComparison.Ordinal);
        Assert.NotEmpty(await server.Http.GetByteArrayAsync(image));

        foreach (var (quality, codec) in new[] { ("low", "vorbis"), ("very_high", "vorbis"), ("very_high", "aac"), ("lossless", "flac") })
        {
            var granted = await user.GetJsonAsync($"/v1/playback/tracks/{id}?quality={quality}&codec={codec}");
            Assert.Equal((quality, codec), (granted.At("quality"), granted.At("codec")));
            var streamed = library.Beside($"streamed.{codec}");
            await File.WriteAllBytesAsync(streamed, await server.Http.GetByteArrayAsync(granted.At("url")));
            MusicLibrary.AssertDecodable(streamed);
            var index = Audio.SeekIndex.FromJson(await server.Http.GetByteArrayAsync(granted.At("seek_index_url")));
            Assert.InRange(index.DurationMs, 450, 550);
        }
    }

    [Fact]
    public void Plain_progress_prints_a_line_per_file()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new PlainProgress(output);
        progress.Begin("Importing", 2);
        progress.Advance(new ImportedFile("a/b.ogg", ImportOutcome.Imported, []));
        progress.Advance(new ImportedFile("c\nd\u001b[2J.ogg", ImportOutcome.Failed, ["It is empty."]));
        Assert.Equal("1/2 imported  a/b.ogg\n2/2 failed  c\\u000ad\\u001b[2J.ogg: It is empty.\n", output.ToString());
    }

    [Fact]
    public async Task A_terminal_shows_a_progress_bar()
    {
        using var output = new StringWriter();
        var console = Spectre.Console.AnsiConsole.Create(new Spectre.Console.AnsiConsoleSettings
        {
            Ansi = Spectre.Console.AnsiSupport.Yes,
            Interactive = Spectre.Console.InteractionSupport.Yes,
            Out = new Spectre.Console.AnsiConsoleOutput(output),
        });
        await BarProgress.RunAsync(console, progress =>
        {
            progress.Begin("Reading", 0);
            progress.Begin("Importing", 1);
            progress.Advance(new ImportedFile("[a].ogg", ImportOutcome.Imported, []));
            return Task.FromResult(true);
        });
        Assert.Contains("Importing 1 file", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("100%", output.ToString(), StringComparison.Ordinal);
    }

    // Audio from other encoders: the sounds and the music of a game.
    [InstalledMusicFact(RealMusic, "freedroid-data")]
    public async Task Imports_a_real_collection_once()
    {
        var files = RealFiles();
        // Some of the sounds are identical.
        var distinct = files.Select(MusicLibrary.Hash).Distinct().Count();
        await library.ImportAsync($"{distinct} imported, 0 updated, 0 unchanged, {files.Count - distinct} duplicates, 0 failed");

        foreach (var file in files.Where(file => Path.GetExtension(file) == ".ogg"))
        {
            using var source = File.OpenRead(file);
            var track = await library.TrackAsync(Path.GetFileName(file));
            Assert.InRange(Audio.OggVorbisIndex.Read(source).Duration.TotalMilliseconds - track.DurationMs, -50, 50);
        }

        var encodings = library.AudioNames().ToList();
        MusicLibrary.AssertDecodable(encodings.Select(name => Path.Combine(library.Objects, name)));
        Assert.True(encodings.Count >= 6 * distinct);
        await library.ImportAsync($"0 imported, 0 updated, {files.Count} unchanged, 0 duplicates, 0 failed");
    }

    /// <summary>Copies the real collection, or its short form, to the library and returns the paths of the copies.</summary>
    private List<string> RealFiles()
    {
        var all = Environment.GetEnvironmentVariable("SPOTIFY_REAL_MUSIC") == "all";
        var directory = new DirectoryInfo(RealMusic);
        var sounds = directory.GetFiles("*.wav").OrderBy(file => file.Length).Take(all ? int.MaxValue : ShortestSounds);
        foreach (var sound in sounds) sound.CopyTo(library.PathOf(sound.Name));
        foreach (var music in directory.GetFiles("*.ogg"))
        {
            if (all) music.CopyTo(library.PathOf(music.Name));
            else MusicLibrary.Ffmpeg(["-i", music.FullName, "-t", SecondsOfMusic, "-c", "copy", library.PathOf(music.Name)]);
        }

        return [.. Directory.GetFiles(library.Music)];
    }

    private async Task RunAsync(int workers)
    {
        var data = new DataDirectory(library.Data);
        using var workspace = ImportWorkspace.Open(data);
        using var database = new SqliteDatabase(data.Database, Schema.Current);
        using var output = new StringWriter();
        var (store, encoder) = (new DirectoryObjectStore(data.Objects), new FfmpegEncoder(FfmpegTools.Find()!));
        var options = new ImportOptions(LadderSelection.All, Prune: false, workers);
        var importer = new Importer(database, store, encoder, TimeProvider.System, workspace, new PlainProgress(output), options);
        await importer.RunAsync(new MusicFolder(library.Music, data.Root), library.Music, default);
        Assert.All(importer.Results, result => Assert.Equal(ImportOutcome.Imported, result.Outcome));
    }
}
