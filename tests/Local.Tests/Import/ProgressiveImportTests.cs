using Spotify.Audio;
using Spotify.Domain.Data;
using Spotify.Ffmpeg;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Local.Database;
using Spotify.Local.Import;
using Spotify.Local.Objects;

namespace Spotify.Local.Tests.Import;

/// <summary>Imports that publish tracks with one quality, encode the others afterwards, or encode only some.</summary>
public sealed class ProgressiveImportTests : IDisposable
{
    private static readonly Table Playables = Schema.Current.Table("Playables");

    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Tracks_are_playable_with_one_quality_before_the_others_are_encoded_the_most_popular_first()
    {
        for (var i = 0; i < 4; i++) library.Make($"{i}.wav", 400 + (i * 100));
        var progress = new Recorder();
        progress.Encoding = async () =>
        {
            // The first file is the sample of the estimate.
            Assert.Matches(
                "^About 2 s of music in 4 files: playable in .* s, in every quality in .* s. About 1 MB of disk space of",
                progress.Lines[1]);
            var rows = new List<Row>();
            foreach (var name in new[] { "0.wav", "1.wav", "2.wav", "3.wav" }) rows.Add(await library.RowAsync(name));
            Assert.All(rows, row => Assert.Equal(["high.m4a"], EncodingList.Parse(row.String("Encodings")).Select(one => one.FileName)));
            using var database = library.OpenDatabase();
            var popular = Mutation.Update(Playables, ("PlayableId", rows[2].String("PlayableId")), ("Popularity", 50));
            await database.CommitAsync([popular], default);
        };
        await RunAsync(progress);

        Assert.Equal(
            [
                "0.wav Imported", "1.wav Imported", "2.wav Imported", "3.wav Imported",
                "2.wav Completed", "0.wav Completed", "1.wav Completed", "3.wav Completed",
            ],
            progress.Lines.Where(line => !line.StartsWith("About", StringComparison.Ordinal)));
        foreach (var name in new[] { "0.wav", "1.wav", "2.wav", "3.wav" })
        {
            var row = await library.RowAsync(name);
            var encodings = EncodingList.Parse(row.String("Encodings"));
            Assert.Equal(
                [.. QualityLadder.Rungs.Select(rung => (rung.Codec, rung.Quality)), (Codec.NativeFlac, AudioQuality.Lossless)],
                encodings.Select(one => (one.Codec, one.Quality)));
            var prefix = Revision.Prefix(row.String("PlayableId"), row.String("Revision"));

            // Native FLAC has only a seek index until a client asks for it; the analysis is another object.
            Assert.Equal(2 * encodings.Count, library.ObjectNames().Count(found => found.StartsWith(prefix, StringComparison.Ordinal)));
            Assert.All(
                encodings[..^1],
                one => Assert.Equal(one.SizeBytes, new FileInfo(Path.Combine(library.Objects, prefix, one.FileName)).Length));
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Only_the_chosen_qualities_are_encoded_and_the_others_by_a_later_import()
    {
        library.Make("a.flac");
        library.Make("b.ogg");
        var command = new[] { "import", library.Music, "--data", library.Data };
        Assert.Equal(0, (await MusicLibrary.RunAsync([.. command, "--qualities", "normal,lossless"])).ExitCode);
        var first = EncodingList.Parse((await library.RowAsync("a.flac")).String("Encodings"));
        Assert.All(first, encoding => Assert.Contains(encoding.Quality, new[] { AudioQuality.Normal, AudioQuality.Lossless }));
        Assert.Contains(first, encoding => encoding.Quality == AudioQuality.Lossless);
        Assert.All(
            EncodingList.Parse((await library.RowAsync("b.ogg")).String("Encodings")),
            encoding => Assert.Equal(AudioQuality.Normal, encoding.Quality));

        var written = WriteTimes();
        var again = await MusicLibrary.RunAsync([.. command, "--qualities", "normal,lossless"]);
        Assert.Equal("0 imported, 0 updated, 2 unchanged, 0 duplicates, 0 failed", again.Summary);
        Assert.Equal(written, WriteTimes());

        await library.ImportAsync("0 imported, 0 updated, 2 unchanged, 0 duplicates, 0 failed");
        var all = EncodingList.Parse((await library.RowAsync("a.flac")).String("Encodings"));
        Assert.Equal(QualityLadder.Rungs.Count + 1, all.Count);
        Assert.Equal(written, WriteTimes().Where(file => written.ContainsKey(file.Key)).ToDictionary());

        Dictionary<string, DateTime> WriteTimes() =>
            library.ObjectNames().ToDictionary(name => name, name => File.GetLastWriteTimeUtc(Path.Combine(library.Objects, name)));
    }

    [Theory]
    [InlineData("lossless")]
    [InlineData("low,best")]
    [InlineData("")]
    public async Task Qualities_that_do_not_exist_or_leave_lossy_files_without_any_are_wrong_usage(string qualities)
    {
        var result = await MusicLibrary.RunAsync("import", library.Music, "--data", library.Data, "--qualities", qualities);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--qualities", result.Error, StringComparison.Ordinal);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_file_that_is_deleted_before_its_other_qualities_are_encoded_is_reported()
    {
        library.Make("a.wav");
        library.Make("b.wav", 500);
        var progress = new Recorder();
        progress.Encoding = () =>
        {
            File.Delete(library.PathOf("b.wav"));
            return Task.CompletedTask;
        };
        await RunAsync(progress);
        Assert.Equal("b.wav Incomplete", progress.Lines[^1]);
        Assert.Single(EncodingList.Parse((await library.RowAsync("b.wav")).String("Encodings")));
    }

    private async Task RunAsync(IImportProgress progress)
    {
        var data = new DataDirectory(library.Data);
        using var workspace = ImportWorkspace.Open(data);
        using var database = new SqliteDatabase(data.Database, Schema.Current);
        var (store, encoder) = (new DirectoryObjectStore(data.Objects), new FfmpegEncoder(FfmpegTools.Find()!));
        var options = new ImportOptions(LadderSelection.All, Prune: false, Workers: 1);
        var importer = new Importer(database, store, encoder, TimeProvider.System, workspace, progress, options);
        await importer.RunAsync(new MusicFolder(library.Music, data.Root), library.Music, default);
    }

    /// <summary>A progress display that records its lines, and calls a function when all tracks are playable.</summary>
    private sealed class Recorder : IImportProgress
    {
        private int left;

        public Func<Task> Encoding { get; set; } = () => Task.CompletedTask;

        public List<string> Lines { get; } = [];

        public void Begin(string stage, int total)
        {
            if (stage == "Importing") left = total;
        }

        public void Advance(ImportedFile? file)
        {
            if (file is not null) Lines.Add($"{file.Path} {file.Outcome}");
            if (--left == 0) Encoding().GetAwaiter().GetResult();
        }

        public void Say(string line) => Lines.Add(line);
    }
}
