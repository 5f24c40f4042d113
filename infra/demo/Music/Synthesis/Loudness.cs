namespace Spotify.Demo.Music.Synthesis;

/// <summary>Integrated loudness (ITU-R BS.1770-5): K-weighting, and gating at −70 LUFS and at 10 LU below the mean.</summary>
internal static class Loudness
{
    // Blocks of 400 ms that overlap by three quarters are sums of four hops.
    private const int Hop = Synthesizer.SampleRate / 10;
    private const int HopsPerBlock = 4;
    private const double AbsoluteGate = -70;
    private const double RelativeGate = -10;

    // Annex 1, tables 1 and 2, for 44.1 kHz: a shelf of +4 dB above 1.7 kHz and a high-pass at 38 Hz.
    private static readonly double[] Shelf =
        [1.5308412300498355, -2.6509799951536985, 1.1690790799210682, -1.6636551132560204, 0.7125954280732254];
    private static readonly double[] HighPass = [1, -2, 1, -1.9891696736297957, 0.9891990357870394];

    /// <summary>Measures one or two channels.</summary>
    /// <returns>LUFS; negative infinity for silence.</returns>
    public static double Measure(params ReadOnlySpan<float[]> channels)
    {
        var hops = new double[channels[0].Length / Hop];
        foreach (var channel in channels)
            AddPower(channel, hops);
        var blocks = new List<double>();
        for (var i = 0; i + HopsPerBlock <= hops.Length; i++)
            blocks.Add((hops[i] + hops[i + 1] + hops[i + 2] + hops[i + 3]) / (HopsPerBlock * Hop));
        var loud = blocks.Where(power => Level(power) > AbsoluteGate).ToList();
        if (loud.Count == 0)
            return double.NegativeInfinity;
        var gate = Level(loud.Average()) + RelativeGate;
        return Level(loud.Where(power => Level(power) > gate).Average());
    }

    private static double Level(double power) => -0.691 + (10 * Math.Log10(power));

    private static void AddPower(float[] channel, double[] hops)
    {
        var (b0, b1, b2, a1, a2) = ((float)Shelf[0], (float)Shelf[1], (float)Shelf[2], (float)Shelf[3], (float)Shelf[4]);
        var (c1, c2) = (HighPass[3], HighPass[4]);
        float s1 = 0, s2 = 0;
        double h1 = 0, h2 = 0;
        for (var hop = 0; hop < hops.Length; hop++)
        {
            var power = 0.0;
            foreach (var x in channel.AsSpan(hop * Hop, Hop))
            {
                var shelved = (b0 * x) + s1;
                s1 = (b1 * x) - (a1 * shelved) + s2;
                s2 = (b2 * x) - (a2 * shelved);
                var y = shelved + h1;
                h1 = (-2 * shelved) - (c1 * y) + h2;
                h2 = shelved - (c2 * y);
                power += y * y;
            }
            hops[hop] += power;
        }
    }
}
