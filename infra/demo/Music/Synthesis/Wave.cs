using System.Runtime.CompilerServices;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// One period of a waveform, in a table per octave whose harmonics all lie below the Nyquist frequency. Phases are 32-bit: a full period
/// is 2^32.
/// </summary>
internal sealed class Wave
{
    /// <summary>A sine, for every frequency.</summary>
    public static readonly float[] Sine = Table(_ => 1, 1);

    public static readonly Wave
        Saw = new(harmonic => 0.6 / harmonic),
        Triangle = new(harmonic => harmonic % 2 == 1 ? (harmonic % 4 == 1 ? 0.8 : -0.8) / (harmonic * harmonic) : 0),
        Drawbars = new(harmonic => harmonic switch { 1 => 0.3, 2 => 0.45, 3 or 4 => 0.25, 6 => 0.1, 8 => 0.12, _ => 0 }),
        Glottis = new(harmonic => 1.2 / Math.Pow(harmonic, 1.5));

    private const int TableBits = 11;
    private const int TableSize = 1 << TableBits;
    private const int FractionBits = 32 - TableBits;
    private const int Levels = 10;
    private const double LowestFrequency = 27.5;
    private const int MaxHarmonics = 400;

    private readonly float[][] levels;

    private Wave(Func<int, double> amplitude) => levels =
    [
        .. Enumerable.Range(0, Levels).Select(level =>
            Table(amplitude, Math.Clamp((int)(Synthesizer.SampleRate * 0.45 / (LowestFrequency * (2 << level))), 1, MaxHarmonics))),
    ];

    /// <summary>Returns the table for a frequency in hertz.</summary>
    public float[] For(float frequency) => levels[Math.Clamp((int)Math.Floor(Math.Log2(frequency / LowestFrequency)), 0, Levels - 1)];

    /// <summary>Returns the phase increment per sample of a frequency in hertz.</summary>
    public static uint Increment(double frequency) => (uint)(frequency * (4_294_967_296.0 / Synthesizer.SampleRate));

    /// <summary>Reads a table at a phase, interpolated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Read(float[] table, uint phase)
    {
        var index = (int)(phase >> FractionBits);
        var fraction = (phase & ((1u << FractionBits) - 1)) * (1f / (1 << FractionBits));
        return table[index] + ((table[index + 1] - table[index]) * fraction);
    }

    private static float[] Table(Func<int, double> amplitude, int harmonics)
    {
        // One entry more than the period, so that interpolation need not wrap.
        var table = new float[TableSize + 1];
        var sine = Enumerable.Range(0, TableSize).Select(i => Math.Sin(2 * Math.PI * i / TableSize)).ToArray();
        for (var harmonic = 1; harmonic <= harmonics; harmonic++)
        {
            // The Lanczos factor suppresses the ringing of the truncated series.
            var x = Math.PI * harmonic / (harmonics + 1);
            var height = amplitude(harmonic) * (harmonics > 1 ? Math.Sin(x) / x : 1);
            if (height == 0) continue;
            for (var i = 0; i <= TableSize; i++) table[i] += (float)(height * sine[(i * harmonic) & (TableSize - 1)]);
        }

        return table;
    }
}
