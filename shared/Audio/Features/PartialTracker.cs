namespace Spotify.Audio.Features;

/// <summary>
/// A tracker of partials from frame to frame. The pitch of a voice glides and has vibrato; that of most instruments is steady.
/// </summary>
internal sealed class PartialTracker
{
    private const double MinFrequency = 180;
    private const double MaxFrequency = 3500;
    private const int MaxPartials = 16;

    // Weaker peaks are side lobes and noise.
    private const float RelativeFloor = 1e-3f;
    private const float AbsoluteFloor = 1e-8f;
    private const float Prominence = 8;

    // The greatest movement between frames, and the range of movements of a voice, in cents per frame.
    private const double MaxStep = 90;
    private const double MinMovement = 6;
    private const double MaxMovement = 60;

    // A partial with fewer frames than this is noise.
    private const int MinAge = 5;
    private const double Memory = 0.7;

    private readonly double binWidth;
    private readonly int first;
    private readonly int last;
    private List<Partial> current = [];
    private List<Partial> previous = [];
    private double moving;
    private double all;

    public PartialTracker(double sampleRate)
    {
        binWidth = sampleRate / Spectrogram.Size;
        (first, last) = ((int)(MinFrequency / binWidth), (int)(MaxFrequency / binWidth));
    }

    /// <summary>The share of the power of the partials whose pitch moves as that of a voice does, 0 to 1.</summary>
    public double MovingShare => all > 0 ? moving / all : 0;

    /// <summary>Adds the power spectrum of a frame.</summary>
    public void Add(ReadOnlySpan<float> power)
    {
        (current, previous) = (previous, current);
        current.Clear();
        var max = 0f;
        for (var i = first; i <= last; i++) max = Math.Max(max, power[i]);
        if (max < AbsoluteFloor) return;

        for (var i = first; i <= last && current.Count < MaxPartials; i++)
        {
            var value = power[i];
            if (value < max * RelativeFloor || value <= power[i - 1] || value < power[i + 1]) continue;
            if (value < Prominence * Math.Max(power[i - 4], power[i + 4])) continue;
            current.Add(Follow(Frequency(power, i), value));
        }

        foreach (var partial in current)
        {
            if (partial.Age < MinAge) continue;
            all += Math.Sqrt(partial.Power);
            // Noise moves to and fro from frame to frame; a voice keeps its direction for several frames.
            if (partial.Movement is > MinMovement and < MaxMovement && Math.Abs(partial.Drift) > 0.5 * partial.Movement)
                moving += Math.Sqrt(partial.Power);
        }
    }

    // The peak of the parabola through the logarithms.
    private double Frequency(ReadOnlySpan<float> power, int bin)
    {
        var (a, b, c) = (Math.Log(power[bin - 1] + 1e-20), Math.Log(power[bin] + 1e-20), Math.Log(power[bin + 1] + 1e-20));
        var curvature = a - (2 * b) + c;
        return (bin + (curvature < 0 ? 0.5 * (a - c) / curvature : 0)) * binWidth;
    }

    private Partial Follow(double frequency, float power)
    {
        var (nearest, distance) = (default(Partial), MaxStep);
        foreach (var other in previous)
        {
            var cents = 1200 * Math.Log2(frequency / other.Frequency);
            if (Math.Abs(cents) < Math.Abs(distance)) (nearest, distance) = (other, cents);
        }

        return nearest.Age == 0
            ? new Partial(frequency, power, 1, 0, 0)
            : new Partial(
                frequency,
                power,
                nearest.Age + 1,
                (Memory * nearest.Movement) + ((1 - Memory) * Math.Abs(distance)),
                (Memory * nearest.Drift) + ((1 - Memory) * distance));
    }

    /// <summary>A partial. Movement and drift are means of the steps in cents, without and with their signs.</summary>
    private readonly record struct Partial(double Frequency, float Power, int Age, double Movement, double Drift);
}
