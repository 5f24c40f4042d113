using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Audio;
using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;

namespace Spotify.Local.Tests.Import;

/// <summary>Tests of the encodings of a track: levels, sample counts, fragments and the loudness of albums.</summary>
public sealed partial class LadderTests : IDisposable
{
    // The level of ffmpeg's source "sine", whose amplitude is 1/8.
    private const double SineDb = -21.07;

    private const double ToleranceDb = 0.15;

    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolTheory("ffmpeg", "ffprobe")]
    [InlineData("s16.wav", "sine=440:d=3")]
    [InlineData("float.wav", "sine=440:d=3,aformat=sample_fmts=flt")]
    [InlineData("low.flac", "sine=440:r=22050:d=3")]
    public async Task Every_encoding_of_a_mono_source_has_its_level(string name, string source)
    {
        library.Make(name, source, name.StartsWith("float", StringComparison.Ordinal) ? ["-c:a", "pcm_f32le"] : []);
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var encodings = await EncodingsAsync(name);
        Assert.Equal(10, encodings.Count);
        Assert.All(encodings, encoding => Assert.All(Levels(encoding.Path), level => Assert.Equal(SineDb, level, ToleranceDb)));

        // Two channels of a sine at -21.07 dB have a loudness of -18.7 LUFS at 440 Hz.
        Assert.Equal(0.7, (await library.RowAsync(name)).Float64("GainDb"), 0.2);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Loud_music_has_the_same_level_in_every_codec()
    {
        library.Make("loud.wav", "aevalsrc=sin(880*PI*t)|sin(880*PI*t):d=3");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.All(
            await EncodingsAsync("loud.wav"),
            encoding => Assert.All(Levels(encoding.Path), level => Assert.Equal(-3.01, level, 0.4)));
    }

    [ToolTheory("ffmpeg", "ffprobe")]
    [InlineData("surround.flac", "0.125*sin(880*PI*t)|0|0|0|0|0:c=5.1", SineDb)]
    [InlineData("side.flac", "0.125*sin(880*PI*t)|0|0|0|0|0:c=5.1(side)", SineDb)]
    [InlineData("quad.wav", "0.125*sin(880*PI*t)|0|0|0:c=quad", SineDb)]
    [InlineData("rear.flac", "0|0|0|0|0.125*sin(880*PI*t)|0:c=5.1", SineDb - 3.01)]
    [InlineData("center.flac", "0|0|0.125*sin(880*PI*t)|0|0|0:c=5.1", SineDb - 3.01)]
    public async Task The_mix_of_surround_sound_keeps_the_level_of_the_front(string name, string channels, double expectedDb)
    {
        library.Make(name, $"aevalsrc={channels}:s=48000:d=3");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        foreach (var encoding in (await EncodingsAsync(name)).Where(encoding => encoding.Encoding.Codec is Codec.Vorbis or Codec.Aac))
        {
            // The mean of the two sides in a mono rung has half the amplitude of one side, unless both sides have the sound.
            var mono = encoding.Encoding.Quality == AudioQuality.Low && name != "center.flac" ? -6.02 : 0;
            Assert.Equal(expectedDb + mono, Levels(encoding.Path)[0], 2 * ToleranceDb);
        }

        // The peak of the mix, which may exceed full scale.
        Assert.Equal(expectedDb + 3.01, (await library.RowAsync(name)).Float64("PeakDb"), 0.3);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Sample_counts_are_exact_and_fragments_begin_at_the_same_samples()
    {
        library.Make("a.wav", "sine=440:r=48000:d=5.3,aformat=channel_layouts=stereo");
        library.Make("b.flac", "sine=440:r=44100:d=5.31");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        (string, SampleCounts)[] sources = [("a.wav", new SampleCounts(48_000, 254_400)), ("b.flac", new SampleCounts(44_100, 234_171))];
        foreach (var (name, lossless) in sources)
        {
            var encodings = await EncodingsAsync(name);
            var total = lossless.SampleRate == 44_100 ? lossless.Total : 233_730;
            foreach (var (encoding, path) in encodings)
            {
                Assert.Equal(SeekIndex.FromJson(await File.ReadAllBytesAsync(path + ".seek.json")).Samples, encoding.Samples);
                if (encoding.Quality == AudioQuality.Lossless) Assert.Equal(lossless, encoding.Samples);
                else if (encoding.Samples.SampleRate == 22_050) Assert.InRange(encoding.Samples.Total * 2 - total, -2, 2);
                else Assert.Equal((44_100, total), (encoding.Samples.SampleRate, encoding.Samples.Total));
                Assert.Equal(encoding.Codec == Codec.Aac ? 1024 : 0, encoding.Samples.EncoderDelay);
            }

            var aac = encodings.Where(encoding => encoding.Encoding.Codec == Codec.Aac).ToList();
            Assert.Equal(4, aac.Count);
            Assert.All(aac, one => Assert.Equal(aac[0].Encoding.Samples, one.Encoding.Samples));
            Assert.All(aac, one => Assert.Equal(Fragments(aac[0].Path), Fragments(one.Path)));

            // The last frame is as long as the others, so that the next track begins where the decoded samples of this one end.
            Assert.All(aac, one => Assert.Equal(0, one.Encoding.Samples.Decoded % 1024));
            var decoded = await new FfmpegEncoder(FfmpegTools.Find()!).CountSamplesAsync([.. Existing(encodings)], default);
            Assert.Equal(encodings.Where(IsStored).Select(encoding => encoding.Encoding.Samples.Decoded), decoded);
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task The_frames_of_a_flac_source_are_copied_and_remuxed_to_native_flac()
    {
        var source = library.Make("a.flac", 440, 3.3, "-compression_level", "0");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var encodings = await EncodingsAsync("a.flac");
        var (native, path) = encodings.Single(encoding => encoding.Encoding.Codec == Codec.NativeFlac);
        Assert.False(File.Exists(path));

        using var remuxed = new MemoryStream();
        var mp4 = encodings.Single(encoding => encoding.Encoding.Codec == Codec.Flac).Path;
        await using (var stream = new NativeFlacStream(File.OpenRead(mp4), native.Samples.Total)) await stream.CopyToAsync(remuxed);
        Assert.Equal(native.SizeBytes, remuxed.Length);
        Assert.Equal(SeekIndex.FromJson(await File.ReadAllBytesAsync(path + ".seek.json")), FlacIndex.Read(remuxed).Index);
        var original = await File.ReadAllBytesAsync(source);
        using var file = new MemoryStream(original);
        Assert.Equal(original[(int)FlacIndex.Read(file).Index.HeaderBytes..], remuxed.ToArray()[42..]);
        Assert.Equal(original[8..42], remuxed.ToArray()[8..42]);
    }

    [ToolTheory("ffmpeg", "ffprobe")]
    [InlineData(0, "instead of")]
    [InlineData(1, "ffmpeg: ")]
    [InlineData(2, "ffmpeg: ")]
    public async Task A_damaged_encoding_is_not_published(int damage, string reason)
    {
        var encoder = new FfmpegEncoder(FfmpegTools.Find()!);
        var path = library.Make("a.wav", 440, 3);
        var source = await encoder.ProbeAsync(path, default);
        var decoded = await encoder.EncodeAsync(path, source, source.Rungs, library.Music, withSamples: false, default);
        var flac = library.PathOf("lossless.m4a");
        var bytes = await File.ReadAllBytesAsync(flac);
        if (damage == 1) bytes.AsSpan(bytes.Length / 2, 20).Clear();
        if (damage == 2) bytes = bytes[..(bytes.Length / 2)];
        if (damage > 0) await File.WriteAllBytesAsync(flac, bytes);
        else decoded = decoded with { MixSamples = decoded.MixSamples - 1 };

        var error = await Assert.ThrowsAsync<IngestException>(
            () => EncodedAudio.ReadAsync(encoder, source.Rungs, library.Music, decoded, default));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task The_tracks_of_an_album_share_its_gain_and_peak()
    {
        foreach (var (name, decibels) in new[] { ("quiet", -30), ("loud", -10), ("silent", -200) })
        {
            library.Make(
                $"{name}.flac", $"sine=1000:d=3,volume={decibels}dB", "-metadata", "album=A", "-metadata", "album_artist=B",
                "-metadata", $"title={name}");
        }

        library.Make("other.flac", "sine=1000:d=3,volume=-20dB", "-metadata", "album=C");
        await library.ImportAsync("4 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var (quiet, loud) = (await library.RowAsync("quiet.flac"), await library.RowAsync("loud.flac"));
        Assert.Equal(20, quiet.Float64("GainDb") - loud.Float64("GainDb"), 0.3);

        // Half of the time is silence compared to the loud track: its gain and 3 dB.
        foreach (var name in new[] { "quiet.flac", "loud.flac", "silent.flac" })
        {
            var row = await library.RowAsync(name);
            Assert.Equal(loud.Float64("GainDb") + 3, row.Float64("AlbumGainDb"), 0.15);
            Assert.Equal(loud.Float64("PeakDb"), row.Float64("AlbumPeakDb"));
        }

        var other = await library.RowAsync("other.flac");
        Assert.Equal(other.Float64("GainDb"), other.Float64("AlbumGainDb"), 0.06);

        // A track that moves to another album leaves the loudness of both right.
        library.Make("loud.flac", "sine=1000:d=3,volume=-10dB", "-metadata", "album=C", "-metadata", "title=loud");
        await library.ImportAsync("0 imported, 1 updated, 3 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(quiet.Float64("GainDb"), (await library.RowAsync("quiet.flac")).Float64("AlbumGainDb"), 0.06);
        Assert.Equal(loud.Float64("PeakDb"), (await library.RowAsync("other.flac")).Float64("AlbumPeakDb"));
    }

    private async Task<List<(AudioEncoding Encoding, string Path)>> EncodingsAsync(string name)
    {
        var row = await library.RowAsync(name);
        var directory = Path.Combine(library.Objects, "tracks", row.String("PlayableId"), row.String("Revision"));
        return [.. EncodingList.Parse(row.String("Encodings")).Select(encoding => (encoding, Path.Combine(directory, encoding.FileName)))];
    }

    private static bool IsStored((AudioEncoding Encoding, string Path) encoding) => encoding.Encoding.Codec != Codec.NativeFlac;

    private static IEnumerable<string> Existing(IEnumerable<(AudioEncoding Encoding, string Path)> encodings) =>
        encodings.Where(IsStored).Select(encoding => encoding.Path);

    /// <summary>Returns the RMS level of each channel in dB.</summary>
    private static List<double> Levels(string path) => !File.Exists(path) ? [] :
    [
        .. RmsLevel()
            .Matches(Output("ffmpeg", "-i", path, "-af", "astats=measure_perchannel=RMS_level:measure_overall=none", "-f", "null", "-"))
            .Select(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)),
    ];

    /// <summary>Returns the times at which the fragments begin, in ms.</summary>
    private static List<long> Fragments(string path)
    {
        using var file = File.OpenRead(path);
        var points = FragmentedMp4Index.Read(file, TimeSpan.FromMilliseconds(1)).Index.Points;
        return [.. points.Select(point => point.TimeMs)];
    }

    private static string Output(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var log = process.StandardError.ReadToEndAsync();
        return process.StandardOutput.ReadToEnd() + log.Result;
    }

    [GeneratedRegex(@"RMS level dB: (-?[0-9.]+)")]
    private static partial Regex RmsLevel();
}
