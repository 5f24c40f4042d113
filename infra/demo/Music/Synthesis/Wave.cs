using System.Runtime.CompilerServices;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// One period of a sound, in a table for each octave that holds no more harmonics than fit below the Nyquist frequency there.
/// Phases are 32-bit, a full circle being 2^32.
/// </summary>
internal sealed class Wave
{
    /// <summary>A pure tone.</summary>
    public static readonly Wave Sine = new(harmonic => harmonic == 1 ? 1 : 0);

    /// <summary>All harmonics: strings, brass, leads.</summary>
    public static readonly Wave Saw = new(harmonic => 0.6 / harmonic);

    /// <summary>Odd harmonics that fall quickly: flute-like.</summary>
    public static readonly Wave Triangle =
        new(harmonic => harmonic % 2 == 1 ? (harmonic % 4 == 1 ? 0.8 : -0.8) / (harmonic * harmonic) : 0);

    /// <summary>The drawbars 16', 8', 5⅓', 4', 2⅔' and 2' of an organ, an octave up.</summary>
    public static readonly Wave Drawbars = new(harmonic => harmonic switch
    {
        1 => 0.3,
        2 => 0.45,
        3 => 0.25,
        4 => 0.25,
        6 => 0.1,
        8 => 0.12,
        _ => 0,
    });

    /// <summary>Pulses as of vocal folds, falling 12 dB per octave.</summary>
    public static readonly Wave Glottis = new(harmonic => 1.2 / Math.Pow(harmonic, 1.5));

    private const int TableBits = 11;
    private const int TableSize = 1 << TableBits;
    private const int FractionBits = 32 - TableBits;
    private const float FractionScale = 1f / (1 << FractionBits);
    private const int Levels = 10;
    private const double LowestFrequency = 27.5;
    private const int MostHarmonics = 400;

    private readonly float[][] levels = new float[Levels][];

    private Wave(Func<int, double> amplitude)
    {
        for (var level = 0; level < Levels; level++)
        {
            var top = LowestFrequency * (2 << level);
            levels[level] = Table(amplitude, Math.Min(MostHarmonics, (int)(Synthesizer.SampleRate * 0.45 / top)));
        }
    }

    /// <summary>The table for a frequency in hertz.</summary>
    public float[] For(float frequency) =>
        levels[Math.Clamp((int)Math.Floor(Math.Log2(frequency / LowestFrequency)), 0, Levels - 1)];

    /// <summary>Phase added by each sample of a frequency in hertz.</summary>
    public static uint Increment(double frequency) => (uint)(frequency * (4_294_967_296.0 / Synthesizer.SampleRate));

    /// <summary>The value of a table at a phase, between its neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Read(float[] table, uint phase)
    {
        var index = (int)(phase >> FractionBits);
        var fraction = (phase & ((1u << FractionBits) - 1)) * FractionScale;
        var value = table[index];
        return value + ((table[index + 1] - value) * fraction);
    }

    private static float[] Table(Func<int, double> amplitude, int harmonics)
    {
        // One entry more than the period, so that reading between neighbours need not wrap.
        var table = new float[TableSize + 1];
        var sine = new double[TableSize];
        for (var i = 0; i < TableSize; i++)
            sine[i] = Math.Sin(2 * Math.PI * i / TableSize);
        for (var harmonic = 1; harmonic <= Math.Max(1, harmonics); harmonic++)
        {
            var height = amplitude(harmonic);
            if (height == 0)
                continue;
            // Lanczos' factor keeps the cut-off series from ringing.
            var x = Math.PI * harmonic / (harmonics + 1);
            height *= harmonics > 1 ? Math.Sin(x) / x : 1;
            for (var i = 0; i < TableSize; i++)
                table[i] += (float)(height * sine[(i * harmonic) & (TableSize - 1)]);
        }
        table[TableSize] = table[0];
        return table;
    }
}
