namespace Spotify.Demo.Music.Synthesis;

/// <summary>Integrated loudness (ITU-R BS.1770-5): K-weighting, and gating at −70 LUFS and at 10 LU below the mean.</summary>
internal static class Loudness
{
    // Blocks of 400 ms overlap by three quarters: each is the sum of four hops.
    private const int Hop = Synthesizer.SampleRate / 10;
    private const int HopsPerBlock = 4;

    /// <summary>Returns the loudness of one or two channels in LUFS; negative infinity for silence.</summary>
    public static double Measure(params ReadOnlySpan<float[]> channels)
    {
        var hops = new double[channels[0].Length / Hop];
        foreach (var channel in channels) AddPower(channel, hops);
        var blocks = Enumerable.Range(0, Math.Max(0, hops.Length - HopsPerBlock + 1))
            .Select(i => hops.AsSpan(i, HopsPerBlock).ToArray().Sum() / (HopsPerBlock * Hop))
            .Where(power => Level(power) > -70)
            .ToList();
        if (blocks.Count == 0) return double.NegativeInfinity;
        var gate = Level(blocks.Average()) - 10;
        return Level(blocks.Where(power => Level(power) > gate).Average());
    }

    private static double Level(double power) => -0.691 + (10 * Math.Log10(power));

    // Annex 1, tables 1 and 2, for 44.1 kHz: a shelf of +4 dB above 1.7 kHz and a high-pass at 38 Hz.
    private static void AddPower(float[] channel, double[] hops)
    {
        const float B0 = 1.5308412300498355f, B1 = -2.6509799951536985f, B2 = 1.1690790799210682f;
        const float A1 = -1.6636551132560204f, A2 = 0.7125954280732254f;
        const double C1 = -1.9891696736297957, C2 = 0.9891990357870394;
        float s1 = 0, s2 = 0;
        double h1 = 0, h2 = 0;
        for (var hop = 0; hop < hops.Length; hop++)
        {
            var power = 0.0;
            foreach (var x in channel.AsSpan(hop * Hop, Hop))
            {
                var shelved = (B0 * x) + s1;
                (s1, s2) = ((B1 * x) - (A1 * shelved) + s2, (B2 * x) - (A2 * shelved));
                var y = shelved + h1;
                (h1, h2) = ((-2 * shelved) - (C1 * y) + h2, shelved - (C2 * y));
                power += y * y;
            }

            hops[hop] += power;
        }
    }
}
