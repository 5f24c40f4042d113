namespace Spotify.Audio.Features;

/// <summary>
/// A meter of the integrated loudness by ITU-R BS.1770-4: two filters, blocks of 400 ms that overlap by 75 %, and two gates. Mono is
/// measured as two equal channels.
/// </summary>
internal sealed class LoudnessMeter
{
    private const double AbsoluteGate = -70;
    private const double RelativeGate = -10;
    private const double Offset = -0.691;

    // A block is four steps.
    private const int StepsPerBlock = 4;

    private readonly int step;
    private readonly List<double> steps = [];
    private readonly Biquad shelf;
    private readonly Biquad highPass;
    private double sum;
    private int count;

    public LoudnessMeter(double sampleRate)
    {
        step = (int)(sampleRate / 10);
        shelf = Biquad.HighShelf(1681.974450955533, 3.999843853973347, 0.7071752369554196, sampleRate);
        highPass = Biquad.HighPass(38.13547087602444, 0.5003270373238773, sampleRate);
    }

    /// <summary>The mean power of each tenth of a second after the filters.</summary>
    public IReadOnlyList<double> Steps => steps;

    /// <summary>Adds samples.</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        foreach (var sample in samples)
        {
            var weighted = highPass.Next(shelf.Next(sample));
            sum += weighted * weighted;
            if (++count < step) continue;
            steps.Add(sum / step);
            (sum, count) = (0, 0);
            shelf.Settle();
            highPass.Settle();
        }
    }

    /// <summary>Returns the integrated loudness in LUFS, at least <paramref name="silence"/>.</summary>
    public double Integrated(double silence)
    {
        // Audio that is shorter than a block is one block.
        var blocks = new List<double>();
        for (var i = 0; i + StepsPerBlock <= steps.Count; i++) blocks.Add(steps.GetRange(i, StepsPerBlock).Average());
        if (blocks.Count == 0) blocks.Add(((steps.Sum() * step) + sum) / Math.Max(1, (steps.Count * step) + count));
        var loud = blocks.Where(power => Lufs(power) > AbsoluteGate).ToList();
        if (loud.Count == 0) return silence;
        var gate = Lufs(loud.Average()) + RelativeGate;
        return Math.Max(silence, Lufs(loud.Where(power => Lufs(power) > gate).Average()));
    }

    private static double Lufs(double power) => power > 0 ? Offset + (10 * Math.Log10(2 * power)) : double.NegativeInfinity;

    /// <summary>A filter of second order.</summary>
    private sealed class Biquad(double b0, double b1, double b2, double a1, double a2)
    {
        private double z1;
        private double z2;

        // The analog prototypes of the standard, which lists coefficients for 48 kHz only (De Man 2018).
        public static Biquad HighShelf(double frequency, double gainDb, double q, double sampleRate)
        {
            var k = Math.Tan(Math.PI * frequency / sampleRate);
            var (high, band) = (Math.Pow(10, gainDb / 20), Math.Pow(10, gainDb / 20 * 0.4996667741545416));
            var a0 = 1 + (k / q) + (k * k);
            return new(
                (high + (band * k / q) + (k * k)) / a0, 2 * ((k * k) - high) / a0, (high - (band * k / q) + (k * k)) / a0,
                2 * ((k * k) - 1) / a0, (1 - (k / q) + (k * k)) / a0);
        }

        public static Biquad HighPass(double frequency, double q, double sampleRate)
        {
            var k = Math.Tan(Math.PI * frequency / sampleRate);
            var a0 = 1 + (k / q) + (k * k);
            return new(1, -2, 1, 2 * ((k * k) - 1) / a0, (1 - (k / q) + (k * k)) / a0);
        }

        /// <summary>Ends the decay into silence, because processors are slow with numbers near zero.</summary>
        public void Settle()
        {
            if (Math.Abs(z1) + Math.Abs(z2) < 1e-20) (z1, z2) = (0, 0);
        }

        public double Next(double sample)
        {
            var result = (b0 * sample) + z1;
            z1 = (b1 * sample) - (a1 * result) + z2;
            z2 = (b2 * sample) - (a2 * result);
            return result;
        }
    }
}
