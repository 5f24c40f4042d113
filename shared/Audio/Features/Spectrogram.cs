using System.Runtime.InteropServices;

namespace Spotify.Audio.Features;

/// <summary>The levels of the mel bands, and the movement of the partials, in frames of 93 ms that start every 23 ms.</summary>
internal sealed class Spectrogram
{
    /// <summary>The number of samples from a frame to the next one.</summary>
    public const int Hop = 512;

    /// <summary>The number of samples of a frame.</summary>
    public const int Size = 2048;

    private readonly PowerSpectrum spectrum = new(Size);
    private readonly MelBands bands;
    private readonly PartialTracker partials;
    private readonly Frames frames;
    private readonly float[] power = new float[Size / 2];
    private readonly List<float> levels = [];
    private readonly List<float> totals = [];

    public Spectrogram(double sampleRate)
    {
        bands = new MelBands(Size / 2, sampleRate);
        partials = new PartialTracker(sampleRate);
        frames = new Frames(Size, Hop, Analyze);
    }

    /// <summary>The number of frames.</summary>
    public int Count => totals.Count;

    /// <summary>The levels in dB, <see cref="MelBands.Count"/> per frame.</summary>
    public ReadOnlySpan<float> Levels => CollectionsMarshal.AsSpan(levels);

    /// <summary>The level of each frame in dB.</summary>
    public ReadOnlySpan<float> Totals => CollectionsMarshal.AsSpan(totals);

    /// <summary>The share of the power of the partials whose pitch moves as that of a voice does, 0 to 1.</summary>
    public double MovingShare => partials.MovingShare;

    /// <summary>Adds samples.</summary>
    public void Add(ReadOnlySpan<float> samples) => frames.Add(samples);

    /// <summary>Ends the stream.</summary>
    public void Complete() => frames.Complete();

    /// <summary>Returns the levels of a frame.</summary>
    public ReadOnlySpan<float> Frame(int index) => Levels.Slice(index * MelBands.Count, MelBands.Count);

    private void Analyze(ReadOnlySpan<float> samples)
    {
        spectrum.Write(samples, power);
        var at = levels.Count;
        CollectionsMarshal.SetCount(levels, at + MelBands.Count);
        bands.Write(power, CollectionsMarshal.AsSpan(levels)[at..]);
        var total = 0f;
        foreach (var value in power) total += value;
        totals.Add(Decibels.Of(total));
        partials.Add(power);
    }
}
