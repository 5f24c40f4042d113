using System.Runtime.InteropServices;
using System.Text.Json;
using Spotify.Audio.Features;

namespace Spotify.Audio.Tests.Features;

/// <summary>Tests of <see cref="FeatureExtractor"/> on synthesized music with known answers.</summary>
public sealed class FeatureExtractorTests
{
    private const int SampleRate = FeatureExtractor.SampleRate;
    private const double MinCorrect = 0.84;

    public static TheoryData<string> Pairs => [.. ContrastPairs.All.Select(pair => pair.Name)];

    public static TheoryData<string> Hostile => [.. HostileSounds.Keys];

    private static IReadOnlyDictionary<string, float[]> HostileSounds { get; } = new Dictionary<string, float[]>
    {
        ["nothing"] = [],
        ["one sample"] = [0.5f],
        ["a frame"] = Enumerable.Repeat(0.1f, 2048).ToArray(),
        ["silence"] = new float[5 * SampleRate],
        ["a constant"] = Enumerable.Repeat(0.7f, 5 * SampleRate).ToArray(),
        ["clipped"] = [.. SyntheticMusic.Render(new Piece(120, 0, 1) { Seconds = 5 }).Select(sample => Math.Clamp(sample * 100, -1, 1))],
        ["beyond full scale"] = [.. SyntheticMusic.Render(new Piece(120, 0, 1) { Seconds = 5 }).Select(sample => sample * 1e30f)],
        ["not numbers"] = Enumerable.Range(0, 5 * SampleRate)
            .Select(i => i % 3 == 0 ? float.NaN : i % 3 == 1 ? float.PositiveInfinity : float.NegativeInfinity).ToArray(),
        ["some not numbers"] = Enumerable.Range(0, 5 * SampleRate).Select(i => i % 100 == 0 ? float.NaN : MathF.Sin(i * 0.1f)).ToArray(),
        ["denormal"] = Enumerable.Repeat(1e-42f, 3 * SampleRate).ToArray(),
        ["an impulse"] = [.. new float[SampleRate], 1f, .. new float[SampleRate]],
        ["alternating"] = Enumerable.Range(0, 5 * SampleRate).Select(i => i % 2 == 0 ? 1f : -1f).ToArray(),
        ["noise"] = SyntheticSounds.Crowd(5, 1),
    };

    [Fact]
    public void Tempos_and_keys_of_a_suite_are_right()
    {
        var pieces = Suite().ToList();
        var found = pieces.AsParallel().AsOrdered().Select(piece => Extract(SyntheticMusic.Render(piece)).Features).ToList();
        var tempos = pieces.Zip(found).Count(one => IsTempo(one.Second.Tempo, one.First.Bpm));
        var keys = pieces.Zip(found).Count(one => (one.Second.Key, one.Second.Mode) == (one.First.Key, one.First.Mode));
        Assert.True(tempos >= MinCorrect * pieces.Count, $"{tempos} of {pieces.Count} tempos are right.");
        Assert.True(keys >= MinCorrect * pieces.Count, $"{keys} of {pieces.Count} keys are right.");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Features_order_contrast_pairs(string name)
    {
        var pair = ContrastPairs.All.Single(one => one.Name == name);
        var more = pair.Feature(Extract(pair.More()).Features);
        var less = pair.Feature(Extract(pair.Less()).Features);
        Assert.True(more > less, $"{name}: {more} and {less}");
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Any_samples_have_finite_features(string name)
    {
        var (features, analysis) = Extract(HostileSounds[name]);
        Assert.InRange(features.Tempo, 0, 300);
        Assert.InRange(features.Key, -1, 11);
        Assert.InRange(features.Mode, -1, 1);
        Assert.InRange(features.TimeSignature, 3, 7);
        Assert.InRange(features.Loudness, AudioFeatures.MinLoudness, 0);
        double[] shares =
        [
            features.Energy, features.Danceability, features.Valence, features.Acousticness, features.Instrumentalness,
            features.Speechiness, features.Liveness,
        ];
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        Assert.All(Vector(features), value => Assert.True(float.IsFinite(value)));
        // JSON has no numbers that are not finite.
        JsonSerializer.SerializeToUtf8Bytes(analysis, AudioAnalysisJson.Default.AudioAnalysis);
        Assert.All(analysis.Segments, segment => Assert.All(segment.Pitches, pitch => Assert.InRange(pitch, 0, 1)));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("silence")]
    [InlineData("not numbers")]
    public void Silence_has_no_key_and_no_embedding(string name)
    {
        var features = Extract(HostileSounds[name]).Features;
        Assert.Equal((0, -1, -1, AudioFeatures.MinLoudness), (features.Tempo, features.Key, features.Mode, features.Loudness));
        Assert.All(Vector(features), value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task The_result_does_not_depend_on_how_the_samples_are_split()
    {
        var audio = SyntheticMusic.Render(new Piece(100, 3, 0) { Seconds = 6 });
        var whole = Extract(audio);
        var extractor = new FeatureExtractor();
        var (random, at) = (new Random(1), 0);
        while (at < audio.Length)
        {
            var length = Math.Min(random.Next(1, 5000), audio.Length - at);
            extractor.Add(audio.AsSpan(at, length));
            at += length;
        }

        var split = extractor.Complete();
        var bytes = MemoryMarshal.AsBytes(audio.AsSpan()).ToArray();
        var read = await FeatureExtractor.ReadAsync(new OddStream([.. bytes, 1, 2]), false, default);
        Assert.All([split, read], other =>
        {
            Assert.Equal(whole.Features with { Embedding = null! }, other.Features with { Embedding = null! });
            Assert.Equal(whole.Features.Embedding.ToArray(), other.Features.Embedding.ToArray());
            Assert.Equal(whole.Analysis.ToGzip(), other.Analysis.ToGzip());
        });
    }

    [Theory]
    [InlineData(90)]
    [InlineData(120)]
    [InlineData(160)]
    public void Beats_are_on_the_grid(double bpm)
    {
        var audio = new float[12 * SampleRate];
        for (var at = 0.0; at < 12; at += 60 / bpm) SyntheticMusic.Kick(audio, at);
        var (features, analysis) = Extract(audio);
        Assert.InRange(features.Tempo / bpm, 0.98, 1.02);
        var beats = analysis.Beats.Skip(2).SkipLast(2).ToList();
        Assert.NotEmpty(beats);
        Assert.All(beats, beat => Assert.InRange(Math.Abs(Math.IEEERemainder(beat.Start, 60 / bpm)), 0, 0.045));
    }

    [Theory]
    [InlineData(3, 132)]
    [InlineData(4, 118)]
    public void Beats_per_bar_are_those_of_the_bass_and_the_drums(int meter, double bpm)
    {
        var piece = new Piece(bpm, 0, 1) { BeatsPerBar = meter, Seconds = 20, Progression = 1 };
        Assert.Equal(meter, Extract(SyntheticMusic.Render(piece)).Features.TimeSignature);
    }

    // EBU Tech 3341: a sine of 1 kHz on both channels has its peak level as its loudness.
    [Theory]
    [InlineData(-20)]
    [InlineData(-35)]
    public void Loudness_is_that_of_the_standard(double decibels)
    {
        var amplitude = Math.Pow(10, decibels / 20);
        var audio = Enumerable.Range(0, 5 * SampleRate)
            .Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * 997 * i / SampleRate))).ToArray();
        Assert.InRange(Extract(audio).Features.Loudness, decibels - 0.2, decibels + 0.2);
    }

    [Fact]
    public void Analysis_covers_the_recording_and_its_size_is_bounded()
    {
        var audio = SyntheticMusic.Render(new Piece(180, 0, 1) { Seconds = 30, Groove = Groove.Syncopated });
        var analysis = Extract(audio).Analysis;
        Assert.Equal(30, analysis.Track.Duration);
        Assert.Equal(audio.Length, analysis.Track.NumSamples);
        Assert.InRange(analysis.Segments.Count, 30, 121);
        Assert.Equal(30, analysis.Segments[^1].Start + analysis.Segments[^1].Duration, 0.0025);
        Assert.All(analysis.Segments.Zip(analysis.Segments.Skip(1)), two =>
            Assert.Equal(two.Second.Start, two.First.Start + two.First.Duration, 0.0025));
        Assert.InRange(analysis.Tatums.Count, 2 * analysis.Beats.Count - 2, 3 * analysis.Beats.Count);
        Assert.Equal(30, analysis.Sections.Sum(section => section.Duration), 2);
        Assert.InRange(analysis.ToGzip().Length, 1000, 60_000);
    }

    [Fact]
    public void Sections_begin_where_the_music_changes()
    {
        var first = SyntheticMusic.Render(new Piece(110, 0, 1) { Seconds = 20, Timbre = Timbre.Flute, Groove = Groove.NoDrums });
        var second = SyntheticMusic.Render(new Piece(110, 5, 0) { Seconds = 20, Timbre = Timbre.Saw });
        var sections = Extract([.. first, .. second]).Analysis.Sections;
        Assert.Contains(sections, section => Math.Abs(section.Start - 20) <= 2);
    }

    [Fact]
    public void Audio_after_the_maximum_is_ignored()
    {
        var extractor = new FeatureExtractor();
        var minute = new float[60 * SampleRate];
        for (var i = 0; i < 12; i++) extractor.Add(minute);
        var track = extractor.Complete(isTruncated: true).Analysis.Track;
        Assert.Equal((600, 600L * SampleRate), (track.WindowSeconds, track.NumSamples));
    }

    [Fact]
    public void Embeddings_of_one_style_are_near_each_other_in_every_key()
    {
        Piece[] styles =
        [
            new(120, 0, 1) { Timbre = Timbre.Saw, Groove = Groove.FourOnTheFloor, Noise = 0.02 },
            new(84, 0, 1) { Timbre = Timbre.Plucked, Groove = Groove.NoDrums },
            new(100, 0, 1) { Timbre = Timbre.Organ, Groove = Groove.Backbeat },
            new(70, 0, 0) { Timbre = Timbre.Flute, Groove = Groove.Syncopated },
        ];
        var all = (
            from album in Enumerable.Range(0, styles.Length)
            from i in Enumerable.Range(0, 3)
            let style = styles[album]
            let key = (album + (5 * i)) % 12
            let piece = style with { Key = key, Bpm = style.Bpm + (4 * i), Progression = i, Seed = i, Seconds = 10 }
            select (Album: album, Vector: Vector(Extract(SyntheticMusic.Render(piece)).Features))).ToList();
        Assert.All(all, track => Assert.Equal(1, Dot(track.Vector, track.Vector), 1.5e-2));
        Assert.All(all, track => Assert.Equal(
            track.Album, all.Where(other => other != track).MaxBy(other => Dot(track.Vector, other.Vector)).Album));
    }

    [Fact]
    public void A_stored_embedding_is_the_same_and_other_bytes_are_refused()
    {
        var random = new Random(1);
        var vector = Enumerable.Range(0, AudioEmbedding.Dimensions).Select(_ => (float)SyntheticMusic.Gaussian(random)).ToArray();
        var embedding = AudioEmbedding.Of(vector);
        var restored = AudioEmbedding.FromBytes(embedding.ToArray());
        Assert.Equal(embedding.ToArray(), restored.ToArray());
        var values = new float[AudioEmbedding.Dimensions];
        restored.CopyTo(values);
        Assert.InRange(Dot(values, vector) / Math.Sqrt(Dot(values, values) * Dot(vector, vector)), 0.999, 1.001);
        Assert.Throws<InvalidDataException>(() => AudioEmbedding.FromBytes(new byte[131]));
        Assert.Throws<InvalidDataException>(() => AudioEmbedding.FromBytes([0, 0, 192, 127, .. new byte[128]]));
        Assert.Throws<ArgumentException>(() => AudioEmbedding.Of(new float[3]));
    }

    private static IEnumerable<Piece> Suite()
    {
        var random = new Random(2);
        for (var i = 0; i < 48; i++)
        {
            yield return new Piece(60 + (140 * random.NextDouble()), i % 12, i / 12 % 2)
            {
                Timbre = (Timbre)random.Next(5),
                Groove = (Groove)random.Next(4),
                Progression = random.Next(5),
                Detuning = random.Next(-40, 41),
                Swing = random.Next(3) == 0 ? 0.33 : 0,
                Jitter = random.Next(2) * 0.008,
                Noise = random.Next(3) * 0.03,
                BeatsPerBar = random.Next(5) == 0 ? 3 : 4,
                Seconds = 12,
                Seed = i,
            };
        }
    }

    private static bool IsTempo(double tempo, double bpm) =>
        new[] { 0.25, 0.5, 1, 2, 4 }.Any(octave => Math.Abs((tempo / (bpm * octave)) - 1) <= 0.04);

    private static ExtractedAudio Extract(ReadOnlySpan<float> audio)
    {
        var extractor = new FeatureExtractor();
        extractor.Add(audio);
        return extractor.Complete();
    }

    private static float[] Vector(AudioFeatures features)
    {
        var vector = new float[AudioEmbedding.Dimensions];
        features.Embedding.CopyTo(vector);
        return vector;
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>A stream that splits samples.</summary>
    private sealed class OddStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1001)], cancellationToken);
    }
}
