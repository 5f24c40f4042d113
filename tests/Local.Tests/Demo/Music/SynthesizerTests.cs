using System.Collections.Concurrent;
using System.Numerics;
using Spotify.Demo.Flac;
using Spotify.Demo.Music;

namespace Spotify.Local.Tests.Demo.Music;

public sealed class SynthesizerTests
{
    private const ulong Seed = 11;
    private const int Narration = -1;

    private static readonly ConcurrentDictionary<int, Lazy<Recording>> Recordings = new();

    /// <summary>Every genre, and narration.</summary>
    public static TheoryData<int> Kinds { get; } = [.. Enum.GetValues<Genre>().Select(genre => (int)genre), Narration];

    private sealed record Recording(Composition Piece, short[] Samples);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_recording_is_as_long_as_its_composition(int kind)
    {
        var (piece, samples) = Record(kind);
        Assert.Equal(piece.Duration.TotalSeconds * Synthesizer.SampleRate, samples.Length / 2.0, 1.0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Peaks_are_high_but_never_clip(int kind) =>
        Assert.InRange(Decibels(Record(kind).Samples.Max(sample => Math.Abs((int)sample)) / 32_768.0), -6, -0.5);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Recordings_are_about_equally_loud(int kind) =>
        Assert.InRange(Decibels(Rms(Record(kind).Samples)), -22, -11);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void There_is_no_constant_offset(int kind) =>
        Assert.InRange(Record(kind).Samples.Average(sample => (double)sample) / 32_768, -0.001, 0.001);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Both_ends_are_quiet(int kind)
    {
        var samples = Record(kind).Samples;
        Assert.InRange(samples.Take(8).Max(sample => Math.Abs((int)sample)), 0, 200);
        Assert.InRange(samples.TakeLast(2_000).Max(sample => Math.Abs((int)sample)), 0, 60);
        Assert.True(Rms(samples[^88_200..]) < Rms(samples) * 0.6, "The end does not fade.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Both_channels_sound_but_not_the_same(int kind)
    {
        var samples = Record(kind).Samples;
        double[] left = [.. Channel(samples, 0)], right = [.. Channel(samples, 1)];
        Assert.InRange(Decibels(Rms(left) / Rms(right)), -4, 4);
        Assert.True(Rms([.. left.Zip(right, (l, r) => l - r)]) > 0.03 * Rms(left), "The recording is mono.");
    }

    [Fact]
    public void Two_renders_are_identical()
    {
        foreach (var kind in new[] { (int)Genre.House, (int)Genre.Classical, (int)Genre.Folk, Narration })
            Assert.Equal(Record(kind).Samples, Synthesizer.Render(Compose(kind)));
    }

    [Fact]
    public void Genres_differ_in_their_spectra()
    {
        var spectra = Enum.GetValues<Genre>().ToDictionary(genre => genre, genre => Octaves(Record((int)genre).Samples));
        foreach (var one in spectra.Keys)
        {
            foreach (var other in spectra.Keys.Where(other => other > one))
            {
                var difference = spectra[one].Zip(spectra[other], (a, b) => Math.Abs(a - b)).Max();
                Assert.True(difference > 3, $"{one} and {other} differ by no more than {difference:F1} dB in any octave.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Flac_takes_less_than_three_quarters(int kind)
    {
        var samples = Record(kind).Samples;
        using var flac = new MemoryStream();
        FlacEncoder.Encode(flac, samples, 2);
        Assert.InRange(flac.Length, samples.Length * 2 / 10, samples.Length * 2 * 3 / 4);
    }

    private static Recording Record(int kind) => Recordings.GetOrAdd(
        kind,
        _ => new(() =>
        {
            var piece = Compose(kind);
            return new(piece, Synthesizer.Render(piece));
        })).Value;

    private static Composition Compose(int kind) =>
        kind == Narration ? Composer.ComposeNarration(Seed) : Composer.Compose((Genre)kind, Seed);

    private static IEnumerable<double> Channel(short[] samples, int channel) =>
        samples.Where((_, i) => i % 2 == channel).Select(sample => sample / 32_768.0);

    private static double Rms(short[] samples) => Rms(Array.ConvertAll(samples, sample => sample / 32_768.0));

    private static double Rms(double[] samples) => Math.Sqrt(samples.Sum(sample => sample * sample) / samples.Length);

    private static double Decibels(double ratio) => 20 * Math.Log10(ratio);

    /// <summary>Returns the level of each octave below 22 kHz relative to the whole, in decibels.</summary>
    private static double[] Octaves(short[] samples)
    {
        const int Size = 4096, Bands = 9;
        var powers = new double[Bands];
        var left = Channel(samples, 0).ToArray();
        for (var start = 0; start + Size <= left.Length; start += Size * 4)
        {
            var frame = new Complex[Size];
            for (var i = 0; i < Size; i++)
                frame[i] = left[start + i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Size)));
            var spectrum = Transform(frame);
            for (var bin = 4; bin < Size / 2; bin++)
                powers[Math.Min(Bands - 1, BitOperations.Log2((uint)bin) - 2)] += spectrum[bin].Magnitude * spectrum[bin].Magnitude;
        }
        return [.. powers.Select(power => 10 * Math.Log10(power / powers.Sum()))];
    }

    private static Complex[] Transform(Complex[] values)
    {
        if (values.Length == 1)
            return values;
        var even = Transform([.. values.Where((_, i) => i % 2 == 0)]);
        var odd = Transform([.. values.Where((_, i) => i % 2 == 1)]);
        var result = new Complex[values.Length];
        for (var i = 0; i < even.Length; i++)
        {
            var turned = Complex.FromPolarCoordinates(1, -2 * Math.PI * i / values.Length) * odd[i];
            (result[i], result[i + even.Length]) = (even[i] + turned, even[i] - turned);
        }
        return result;
    }
}
