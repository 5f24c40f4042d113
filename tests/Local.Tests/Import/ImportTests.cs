using System.Diagnostics;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Fixtures;

namespace Spotify.Local.Tests.Import;

public sealed class ImportTests : IDisposable
{
    private static readonly string[] FlacOf24Bits = ["-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-strict", "experimental"];

    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Imports_every_format_with_its_tags()
    {
        string[] few = ["-metadata", "title=The Title", "-metadata", "artist=One, Two & Three"];
        string[] tags =
        [
            .. few, "-metadata", "album=The Album", "-metadata", "album_artist=The Band",
            "-metadata", "track=3/12", "-metadata", "date=2001-02-03", "-metadata", "genre=Jazz",
        ];
        string[] names = ["a.ogg", "b.flac", "c.mp3", "d.m4a", "e.opus", "g.oga", "h.mp4"];
        for (var i = 0; i < names.Length; i++)
        {
            string[] format = Path.GetExtension(names[i]) == ".oga" ? ["-f", "ogg", "-c:a", "libvorbis"] : [];
            library.Make(names[i], 300 + (i * 50), seconds: 2, [.. tags, .. format]);
        }

        library.Make("f.wav", 700, options: few);
        library.Make("notes.txt.flac.bak", "sine=100:d=1", "-f", "flac");
        await library.ImportAsync("8 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");

        foreach (var name in names)
        {
            var track = await library.TrackAsync(name);
            Assert.Equal(("The Title", 3, "2001-02-03"), (track.Name, track.Number, track.ReleaseDate));
            Assert.Equal(["One, Two & Three"], track.Artists.Select(artist => artist.Name));
            Assert.Equal(SpotifyId.FromName("artist:one two three"), track.Artists[0].Id);
            Assert.InRange(track.DurationMs, 1950, 2100);
        }

        var album = await library.AlbumAsync("a.ogg");
        Assert.Equal(("The Album", "album", "2001-02-03", 7), (album.Name, album.AlbumType, album.ReleaseDate, album.TotalTracks));
        Assert.Equal(["The Band"], album.Artists.Select(artist => artist.Name));
        Assert.Equal(["Jazz"], album.Genres);
        Assert.Equal(("The Title", "single"), ((await library.AlbumAsync("f.wav")).Name, (await library.AlbumAsync("f.wav")).AlbumType));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Encodes_the_whole_ladder_with_matching_seek_indexes()
    {
        library.Make("lossy.ogg", 440, 3.5);
        library.Make("mono.wav", "sine=500:r=22050:d=3.5");
        library.Make("deep.flac", "sine=600:r=48000:d=3.5,aformat=s32:channel_layouts=stereo", FlacOf24Bits);
        await library.ImportAsync("3 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");

        var sources = new[] { ("lossy.ogg", 0), ("mono.wav", 22_050 * 16 / 1000), ("deep.flac", 48_000 * 24 * 2 / 1000) };
        foreach (var (name, lossless) in sources)
        {
            var row = await library.RowAsync(name);
            var encodings = EncodingList.Parse(row.String("Encodings"));
            var expected = QualityLadder.Rungs
                .Append(QualityLadder.Rungs[^1] with { Codec = Codec.NativeFlac })
                .Select(rung => rung.Quality == AudioQuality.Lossless ? rung with { BitrateKbps = lossless } : rung)
                .Where(rung => rung.BitrateKbps > 0);
            Assert.Equal(
                expected.Select(rung => (rung.Codec, rung.Quality, rung.BitrateKbps)),
                encodings.Select(encoding => (encoding.Codec, encoding.Quality, encoding.BitrateKbps)));
            foreach (var encoding in encodings.Where(encoding => encoding.Codec != Codec.NativeFlac))
            {
                var path = Path.Combine(library.Objects, "tracks", row.String("PlayableId"), row.String("Revision"), encoding.FileName);
                Assert.Equal(encoding.SizeBytes, new FileInfo(path).Length);
                var index = SeekIndex.FromJson(await File.ReadAllBytesAsync(path + ".seek.json"));
                using var file = File.OpenRead(path);
                var read = IndexedAudio.Read(encoding.Codec, file).Index;
                Assert.Equal(encoding.Codec == Codec.Aac ? read.WithPadding(index.Samples.Total) : read, index);
                Assert.Equal(3500, index.DurationMs);
            }
        }

        MusicLibrary.AssertDecodable(library.AudioNames().Select(name => Path.Combine(library.Objects, name)));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task The_lossless_encoding_has_the_samples_of_the_source()
    {
        library.Make("a.wav", 440);
        library.Make("b.flac", "sine=600:r=48000:d=0.5,aformat=s32:channel_layouts=stereo", FlacOf24Bits);
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        foreach (var name in new[] { "a.wav", "b.flac" })
        {
            var row = await library.RowAsync(name);
            var lossless = Path.Combine(library.Objects, "tracks", row.String("PlayableId"), row.String("Revision"), "lossless.m4a");
            Assert.Equal(Samples(library.PathOf(name)), Samples(lossless));
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Measures_loudness_according_to_R128()
    {
        // A stereo sine of 1 kHz at -20 dBFS has a loudness of -20 LUFS: EBU Tech 3341, case 1, at another level.
        library.Make("tone.wav", "aevalsrc=0.1*sin(2*PI*1000*t)|0.1*sin(2*PI*1000*t):s=48000:d=4");
        library.Make("silence.flac", "anullsrc=d=2");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var tone = await library.RowAsync("tone.wav");
        Assert.Equal(2, tone.Float64("GainDb"), 0.11);
        Assert.Equal(-20, tone.Float64("PeakDb"), 0.11);
        var silence = await library.RowAsync("silence.flac");
        Assert.Equal(0, silence.Float64("GainDb"));
        Assert.True(silence.IsNull("PeakDb"));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_track_has_several_artists_only_if_the_tag_is_repeated()
    {
        library.MakeFlac(
            "a.flac", 440, null, "ARTIST=Zoë", "ARTIST=Adam; Eve", "TITLE=Duet", "GENRE=Pop", "GENRE=Folk",
            "ISRC=SE-ABC-20-00001", "COMPILATION=1", "ALBUM=Hits");
        library.MakeFlac("b.flac", 540, null, "ARTIST=Zoë", "TITLE=Solo", "GENRE=Rock", "ALBUM=Other", "ALBUMARTIST=Zoë");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var duet = await library.TrackAsync("a.flac");
        Assert.Equal(["Zoë", "Adam; Eve"], duet.Artists.Select(artist => artist.Name));
        Assert.Equal("SEABC2000001", duet.Isrc);
        Assert.Equal(("compilation", "Hits"), ((await library.AlbumAsync("a.flac")).AlbumType, (await library.AlbumAsync("a.flac")).Name));
        using var database = library.OpenDatabase();
        var zoe = await new CatalogReader(database).ArtistsAsync([duet.Artists[0].Id], default);
        Assert.Equal(["Folk", "Pop", "Rock"], zoe.Values.Single().Genres);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Covers_come_from_the_file_or_the_folder_in_this_order()
    {
        library.MakeFlac("a/1.flac", 440, MusicLibrary.Picture("red"), "TITLE=Embedded");
        library.MakeFlac("a/2.flac", 540, null, "TITLE=From the folder");
        library.MakeFlac("b/3.flac", 640, "\u0089PNG\r\n\u001a\nbroken"u8.ToArray(), "TITLE=Broken");
        library.MakeFlac("c/4.flac", 740, null, "TITLE=None");
        await File.WriteAllBytesAsync(library.PathOf("a/Folder.PNG"), MusicLibrary.Picture("blue", 100, 700));
        var result = await library.ImportAsync("4 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");

        var images = new Dictionary<string, string?>();
        foreach (var name in new[] { "a/1.flac", "a/2.flac", "b/3.flac", "c/4.flac" })
            images[name] = (await library.AlbumAsync(name)).ImageId;
        Assert.NotNull(images["a/1.flac"]);
        Assert.NotNull(images["a/2.flac"]);
        Assert.NotEqual(images["a/1.flac"], images["a/2.flac"]);
        Assert.Null(images["b/3.flac"]);
        Assert.Null(images["c/4.flac"]);
        Assert.Contains("Note on " + Path.Combine("b", "3.flac"), result.Output, StringComparison.Ordinal);
        foreach (var size in new[] { 640, 300, 64 })
            Assert.Equal($"{size},{size}", Dimensions(Path.Combine(library.Objects, "images", images["a/2.flac"]!, $"{size}.jpg")));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task An_album_is_the_same_in_whatever_order_its_tracks_are_imported()
    {
        library.MakeFlac("Mix/1.flac", 300, null, "ALBUM=Mixtape", "ARTIST=A", "TITLE=T1", "TRACKNUMBER=1", "DATE=1999", "LABEL=Y");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var first = await library.AlbumAsync("Mix/1.flac");
        Assert.Equal(("single", "A"), (first.AlbumType, first.Artists.Single().Name));

        library.MakeFlac(
            "Mix/2.flac", 400, null, "ALBUM=Mixtape", "ARTIST=A", "ARTIST=B", "TITLE=T2", "TRACKNUMBER=2", "DATE=2001-05", "LABEL=X");
        await library.ImportAsync("1 imported, 0 updated, 1 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(["A"], (await library.AlbumAsync("Mix/2.flac")).Artists.Select(artist => artist.Name));

        library.MakeFlac(
            "Mix/3.flac", 500, MusicLibrary.Picture("red"), "ALBUM=Mixtape", "ARTIST=C", "TITLE=T3", "TRACKNUMBER=3", "GENRE=Pop");
        await library.ImportAsync("1 imported, 0 updated, 2 unchanged, 0 duplicates, 0 failed");
        var album = await library.AlbumAsync("Mix/3.flac");
        Assert.Equal(first.Id, album.Id);
        Assert.Equal(
            ("compilation", "Various Artists", "2001-05", 3, "X"),
            (album.AlbumType, album.Artists.Single().Name, album.ReleaseDate, album.TotalTracks, album.Label));
        Assert.NotNull(album.ImageId);

        var oneByOne = library.Snapshot();
        library.Data = library.Beside("other");
        await library.ImportAsync("3 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(oneByOne, library.Snapshot());
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Damaged_files_are_reported_with_the_reason_and_the_others_are_imported()
    {
        library.Make("good.ogg");
        foreach (var name in new[] { "cut.ogg", "cut.flac", "cut.mp3", "cut.m4a", "cut.wav", "cut.opus" })
        {
            var path = library.Make(name, 500, 4, name.EndsWith("m4a", StringComparison.Ordinal) ? ["-movflags", "+faststart"] : []);
            using var file = File.OpenWrite(path);
            file.SetLength(file.Length * 6 / 10);
        }

        var damaged = library.Make("damaged.ogg", 600, 4);
        using (var file = File.OpenWrite(damaged))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[3000]);
        }

        var noise = new byte[50_000];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(library.PathOf("noise.ogg"), noise);
        await File.WriteAllBytesAsync(library.PathOf("noise.mp3"), noise[..40_000]);
        await File.WriteAllBytesAsync(library.PathOf("empty.flac"), []);
        await File.WriteAllTextAsync(library.PathOf("text.mp3"), "This is not music.");
        await File.WriteAllTextAsync(library.PathOf("list.mp3"), "ID3\u0003\0\0\0\0\0\0#EXTM3U\n/etc/passwd\n");
        File.CreateSymbolicLink(library.PathOf("dangling.wav"), library.PathOf("nowhere"));
        var result = await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 13 failed");

        Assert.Equal(0, result.ExitCode);
        foreach (var (name, reason) in new[]
                 {
                     ("cut.ogg", "cut short"), ("cut.flac", "cut short"), ("cut.mp3", "cut short"), ("cut.m4a", "cut short"),
                     ("cut.wav", "cut short"), ("cut.opus", "cut short"), ("damaged.ogg", "damaged"),
                     ("noise.ogg", "ffmpeg: "), ("noise.mp3", ""), ("text.mp3", "ffmpeg: "),
                     ("empty.flac", "empty"), ("list.mp3", ""), ("dangling.wav", "not there"),
                 })
        {
            var line = Assert.Single(result.Output.Split('\n'), line => line.StartsWith($"Failed {name}: ", StringComparison.Ordinal));
            Assert.Contains(reason, line, StringComparison.Ordinal);
        }

        Assert.Single(await library.SourcesAsync());
        Assert.Equal(17, library.ObjectNames().Count);
        Assert.DoesNotContain(library.Snapshot(), row => row.StartsWith("ObjectRemovals", StringComparison.Ordinal));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Files_whose_tags_cannot_be_read_have_the_tags_of_ffprobe_or_their_file_name()
    {
        string[] tags = ["-metadata", "title=T", "-metadata", "artist=A", "-metadata", "track=3/12", "-metadata", "date=2001"];
        library.Make("a.oga", 300, options: [.. tags, "-c:a", "flac", "-f", "ogg"]);
        library.Make("b.wav", 400, options: [.. tags, "-rf64", "always"]);
        var junk = library.Make("07 - From the name.mp3", 500, options: ["-id3v2_version", "0", "-write_xing", "0"]);
        var leading = Enumerable.Range(0, 3000).Select(i => (byte)(i * 7));
        await File.WriteAllBytesAsync(junk, [.. leading, .. await File.ReadAllBytesAsync(junk)]);
        var result = await library.ImportAsync("3 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");

        foreach (var name in new[] { "a.oga", "b.wav" })
        {
            var track = await library.TrackAsync(name);
            Assert.Equal(("T", "A", 3, "2001"), (track.Name, track.Artists.Single().Name, track.Number, track.ReleaseDate));
        }

        Assert.Equal("From the name", (await library.TrackAsync("07 - From the name.mp3")).Name);
        Assert.Equal(3, result.Output.Split('\n').Count(line => line.StartsWith("Note on") && line.Contains("The tags cannot be read")));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Fails_if_no_file_could_be_imported()
    {
        await File.WriteAllTextAsync(library.PathOf("text.mp3"), "This is not music.");
        var result = await library.ImportAsync("0 imported, 0 updated, 0 unchanged, 0 duplicates, 1 failed");
        Assert.Equal((1, "Nothing could be imported." + Environment.NewLine), (result.ExitCode, result.Error));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task An_empty_folder_is_not_an_error()
    {
        var result = await library.ImportAsync("0 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Special_characters_in_file_names_are_preserved()
    {
        List<string> names =
        [
            "-rf.ogg", "-i.flac", "http:/x.mp3", "a'b\"c`d$(e).ogg", "%d %s %03d.wav", "日本 Jóga 🎵.ogg", "[bold]x[/].ogg", "concat:a|b.ogg",
        ];
        if (!OperatingSystem.IsWindows()) names.Add("two\nlines \u001b[31m.ogg");
        for (var i = 0; i < names.Count; i++) library.Make(names[i], 300 + (i * 40));
        var result = await library.ImportAsync($"{names.Count} imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Equal((2 * names.Count) + 2, result.Output.TrimEnd().Split('\n').Length);
        foreach (var name in names) Assert.Equal(Path.GetFileNameWithoutExtension(name), (await library.TrackAsync(name)).Name);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Follows_links_once_and_skips_hidden_files_and_the_data_directory()
    {
        library.Make("a/one.ogg");
        library.Make(".hidden.ogg", 500);
        library.Make(".hidden/two.ogg", 600);
        Directory.CreateSymbolicLink(library.PathOf("a/loop"), library.Music);
        File.CreateSymbolicLink(library.PathOf("three.ogg"), library.PathOf(".hidden.ogg"));
        library.Data = library.PathOf("data");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        await library.ImportAsync("0 imported, 0 updated, 2 unchanged, 0 duplicates, 0 failed");
        var imported = (await library.SourcesAsync()).Select(source => Path.GetFileName(source.File.Path));
        Assert.Equal(["one.ogg", "three.ogg"], imported.Order(StringComparer.Ordinal));
    }

    private static string Samples(string path) =>
        Output("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-f", "md5", "-c:a", "pcm_s24le", "-");

    private static string Dimensions(string path) =>
        Output("ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", path).Trim();

    private static string Output(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd();
    }
}
