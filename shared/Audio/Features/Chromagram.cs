using System.Runtime.InteropServices;

namespace Spotify.Audio.Features;

/// <summary>
/// The pitch classes of the partials in frames of 372 ms that start every 93 ms, in steps of a fifth of a semitone, because recordings are
/// not always tuned to 440 Hz (harmonic pitch class profile, Gómez 2006).
/// </summary>
internal sealed class Chromagram
{
    /// <summary>The number of samples from a frame to the next one.</summary>
    public const int Hop = 2048;

    /// <summary>The number of samples of a frame.</summary>
    public const int Size = 8192;

    private const int StepsPerSemitone = 5;
    private const int Steps = 12 * StepsPerSemitone;
    private const double MinFrequency = 50;
    private const double MaxFrequency = 3000;
    private const double MaxBassFrequency = 220;
    private const float RelativeFloor = 1e-4f;
    private const float AbsoluteFloor = 1e-9f;
    private const float Prominence = 4;

    // A partial is evidence of the fundamentals of which it is a harmonic.
    private const int Harmonics = 5;
    private const double HarmonicDecay = 0.4;

    private readonly PowerSpectrum spectrum = new(Size);
    private readonly Frames frames;
    private readonly float[] power = new float[Size / 2];
    private readonly double binWidth;
    private readonly List<float> fine = [];
    private readonly List<float> fineBass = [];
    private readonly List<float> tonalness = [];
    private readonly double[] tuning = new double[StepsPerSemitone * 4];
    private float[] chroma = [];
    private float[] bass = [];

    public Chromagram(double sampleRate)
    {
        binWidth = sampleRate / Size;
        frames = new Frames(Size, Hop, Analyze);
    }

    /// <summary>The number of frames.</summary>
    public int Count => tonalness.Count;

    /// <summary>The share of each frame's power that is in partials, 0 to 1.</summary>
    public ReadOnlySpan<float> Tonalness => CollectionsMarshal.AsSpan(tonalness);

    /// <summary>Adds samples.</summary>
    public void Add(ReadOnlySpan<float> samples) => frames.Add(samples);

    /// <summary>Ends the stream, and tunes the frames to the pitch of the recording.</summary>
    public void Complete()
    {
        frames.Complete();
        var offset = TuningOffset();
        (chroma, bass) = (Fold(fine, offset), Fold(fineBass, offset));
    }

    /// <summary>Returns the weights of the pitch classes C, C♯, … B in a frame, from 0.</summary>
    public ReadOnlySpan<float> Frame(int index) => chroma.AsSpan(index * 12, 12);

    /// <summary>Returns the weights of the pitch classes of the bass in a frame, from 0.</summary>
    public ReadOnlySpan<float> Bass(int index) => bass.AsSpan(index * 12, 12);

    private void Analyze(ReadOnlySpan<float> samples)
    {
        spectrum.Write(samples, power);
        var at = tonalness.Count * Steps;
        CollectionsMarshal.SetCount(fine, at + Steps);
        CollectionsMarshal.SetCount(fineBass, at + Steps);
        var pitches = CollectionsMarshal.AsSpan(fine)[at..];
        var low = CollectionsMarshal.AsSpan(fineBass)[at..];
        pitches.Clear();
        low.Clear();

        var (first, last) = ((int)(MinFrequency / binWidth), (int)(MaxFrequency / binWidth));
        var (max, total, tonal) = (0f, 0f, 0f);
        for (var i = 1; i < power.Length; i++) total += power[i];
        for (var i = first; i <= last; i++) max = Math.Max(max, power[i]);
        for (var i = first; i <= last && max > AbsoluteFloor; i++)
        {
            var value = power[i];
            if (value < max * RelativeFloor || value <= power[i - 1] || value < power[i + 1]) continue;
            if (value < Prominence * 0.5f * (power[i - 4] + power[i + 4])) continue;
            tonal += power[i - 1] + value + power[i + 1];
            Add(pitches, low, i);
        }

        tonalness.Add(total > 0 ? Math.Min(1, tonal / total) : 0);
    }

    private void Add(Span<float> pitches, Span<float> low, int bin)
    {
        var (a, b, c) = (Math.Log(power[bin - 1] + 1e-20), Math.Log(power[bin]), Math.Log(power[bin + 1] + 1e-20));
        var curvature = a - (2 * b) + c;
        var frequency = (bin + (curvature < 0 ? 0.5 * (a - c) / curvature : 0)) * binWidth;
        // Semitones above C.
        var pitch = (12 * Math.Log2(frequency / 440)) + 69;
        // The fourth root of the power, so that loud instruments do not mask the others.
        var weight = Math.Sqrt(Math.Sqrt(power[bin]));
        tuning[(int)((pitch - Math.Floor(pitch)) * tuning.Length) % tuning.Length] += weight;
        if (frequency < MaxBassFrequency) low[Index(pitch)] += (float)weight;
        for (var harmonic = 1; harmonic <= Harmonics && frequency / harmonic > MinFrequency; harmonic++)
        {
            pitches[Index(pitch - (12 * Math.Log2(harmonic)))] += (float)weight;
            weight *= HarmonicDecay;
        }

        static int Index(double pitch) => (int)Math.Floor((pitch % 12) * StepsPerSemitone + (pitch < 0 ? Steps : 0)) % Steps;
    }

    /// <summary>Returns the deviation from 440 Hz in semitones, -0.5 to 0.5: the circular mean of the partials' deviations.</summary>
    private double TuningOffset()
    {
        var (x, y) = (0.0, 0.0);
        for (var i = 0; i < tuning.Length; i++)
        {
            var angle = 2 * Math.PI * (i + 0.5) / tuning.Length;
            x += tuning[i] * Math.Cos(angle);
            y += tuning[i] * Math.Sin(angle);
        }

        return x == 0 && y == 0 ? 0 : Math.Atan2(y, x) / (2 * Math.PI);
    }

    private static float[] Fold(List<float> fine, double offset)
    {
        // The share of each pitch class in each step, a triangle of a semitone to either side.
        var shares = new float[Steps, 12];
        for (var step = 0; step < Steps; step++)
        {
            for (var pitch = 0; pitch < 12; pitch++)
            {
                var distance = ((step + 0.5) / StepsPerSemitone) - offset - pitch;
                distance -= 12 * Math.Round(distance / 12);
                shares[step, pitch] = (float)Math.Max(0, 1 - (1.5 * Math.Abs(distance)));
            }
        }

        var frames = fine.Count / Steps;
        var folded = new float[frames * 12];
        for (var frame = 0; frame < frames; frame++)
        {
            for (var step = 0; step < Steps; step++)
            {
                var value = fine[(frame * Steps) + step];
                if (value == 0) continue;
                for (var pitch = 0; pitch < 12; pitch++) folded[(frame * 12) + pitch] += value * shares[step, pitch];
            }
        }

        return folded;
    }
}
