namespace Spotify.Audio.Features;

/// <summary>A mean and a standard deviation.</summary>
internal readonly record struct Spread(double Mean, double Deviation)
{
    /// <summary>Returns those of values; zeros for no values.</summary>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return default;
        var mean = values.Average();
        return new Spread(mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}

/// <summary>Physical properties of a recording, from which its features are derived.</summary>
internal sealed class SoundDescription
{
    // Quieter frames, relative to the loud ones, are pauses.
    private const double PauseDb = 25;

    // Frames this far below the loudest have no timbre.
    private const double SilenceDb = 45;

    // The lowest and the highest modulation frequency in Hz, and the range of syllables.
    private const double MinModulation = 0.5;
    private const double MaxModulation = 18;
    private const double MinSyllables = 2.5;
    private const double MaxSyllables = 8;

    /// <summary>The number of ranges of modulation frequencies.</summary>
    public const int ModulationBands = 8;

    private readonly double framesPerSecond;

    public SoundDescription(
        double sampleRate, Spectrogram spectrogram, Chromagram chromagram, Onsets onsets, LoudnessMeter loudness)
    {
        framesPerSecond = sampleRate / Spectrogram.Hop;
        Loudness = loudness.Integrated(AudioFeatures.MinLoudness);
        var totals = spectrogram.Totals.ToArray();
        Loud = (float)BeatTracker.Quantile(totals, 0.9);
        var active = Enumerable.Range(0, totals.Length)
            .Where(i => totals[i] > Loud - SilenceDb && totals[i] > MelBands.Silence + 5).ToList();
        HasSound = active.Count > 0 && Loud > MelBands.Silence + 10;
        if (!HasSound) return;

        LevelSpread = Spread.Of([.. active.Select(i => (double)totals[i])]).Deviation;
        Pauses = totals.Count(level => level < Loud - PauseDb) / (double)totals.Length;
        Floor = BeatTracker.Quantile(active.Select(i => totals[i]), 0.1) - Loud;
        OnsetRate = onsets.Peaks(OnsetThreshold, 3).Count / (totals.Length / framesPerSecond);
        OnsetStrength = onsets.Mean;
        LowOnsets = onsets.Low.Average(value => (double)value);
        MovingShare = spectrogram.MovingShare;
        Tonalness = Spread.Of([.. chromagram.Tonalness.ToArray().Select(value => (double)value)]);
        Timbre(spectrogram, sampleRate, active);
        FloorFlatness = QuietFlatness(spectrogram, active, totals);
        (Modulation, Syllables) = Modulations(totals);
        Decay = DecayRate(totals, onsets);
    }

    /// <summary>The smallest strength of an onset in dB per band.</summary>
    public const double OnsetThreshold = 0.8;

    public bool HasSound { get; }

    /// <summary>The integrated loudness in LUFS.</summary>
    public double Loudness { get; }

    /// <summary>The level of the loud frames in dB.</summary>
    public float Loud { get; }

    /// <summary>The standard deviation of the level in dB.</summary>
    public double LevelSpread { get; }

    /// <summary>The share of frames that are much quieter than the loud ones.</summary>
    public double Pauses { get; }

    /// <summary>The level of the quietest tenth, relative to the loudest tenth, in dB.</summary>
    public double Floor { get; }

    /// <summary>The spectral flatness of the quietest third, 0 (tonal) to 1 (noise).</summary>
    public double FloorFlatness { get; }

    public double OnsetRate { get; }

    public double OnsetStrength { get; }

    public double LowOnsets { get; }

    public double MovingShare { get; }

    public Spread Tonalness { get; }

    /// <summary>The center of the spectrum in octaves above 100 Hz.</summary>
    public Spread Brightness { get; private set; }

    /// <summary>The spectral flatness, 0 to 1.</summary>
    public Spread Flatness { get; private set; }

    /// <summary>The level above 4 kHz relative to the whole, in dB.</summary>
    public double High { get; private set; }

    /// <summary>The level below 150 Hz relative to the whole, in dB.</summary>
    public double Bass { get; private set; }

    /// <summary>The level from 1 to 4 kHz relative to the whole, in dB.</summary>
    public double Presence { get; private set; }

    /// <summary>The shares of ranges of modulation frequencies in the modulation of the level, from 0.5 to 18 Hz.</summary>
    public double[] Modulation { get; } = new double[ModulationBands];

    /// <summary>The share of 2.5 to 8 Hz, the rate of syllables (Houtgast and Steeneken 1985), in the modulation of the level.</summary>
    public double Syllables { get; }

    /// <summary>How fast the level falls after an onset, in dB per second.</summary>
    public double Decay { get; }

    private static double Flat(ReadOnlySpan<float> levels)
    {
        var (sum, power) = (0.0, 0.0);
        foreach (var level in levels)
        {
            sum += level;
            power += Math.Pow(10, level / 10);
        }

        return Math.Pow(10, ((sum / levels.Length) - (10 * Math.Log10(power / levels.Length))) / 10);
    }

    private void Timbre(Spectrogram spectrogram, double sampleRate, List<int> active)
    {
        var octaves = Enumerable.Range(0, MelBands.Count)
            .Select(band => Math.Log2(MelBands.Center(band, sampleRate) / 100)).ToArray();
        var (brightness, flatness) = (new List<double>(active.Count), new List<double>(active.Count));
        var (high, bass, presence) = (0.0, 0.0, 0.0);
        foreach (var frame in active)
        {
            var levels = spectrogram.Frame(frame);
            var (all, weighted, highPower, bassPower, presencePower) = (1e-12, 0.0, 1e-12, 1e-12, 1e-12);
            for (var band = 0; band < MelBands.Count; band++)
            {
                var power = Math.Pow(10, levels[band] / 10);
                // Amplitudes, because powers would be those of the bass only.
                var amplitude = Math.Sqrt(power);
                all += amplitude;
                weighted += amplitude * octaves[band];
                if (octaves[band] > 5.3) highPower += power;
                else if (octaves[band] > 3.3) presencePower += power;
                else if (octaves[band] < 0.6) bassPower += power;
            }

            var total = Math.Pow(10, spectrogram.Totals[frame] / 10);
            brightness.Add(weighted / all);
            flatness.Add(Flat(levels));
            high += 10 * Math.Log10(highPower / total);
            bass += 10 * Math.Log10(bassPower / total);
            presence += 10 * Math.Log10(presencePower / total);
        }

        (Brightness, Flatness) = (Spread.Of(brightness), Spread.Of(flatness));
        (High, Bass, Presence) = (high / active.Count, bass / active.Count, presence / active.Count);
    }

    private static double QuietFlatness(Spectrogram spectrogram, List<int> active, float[] totals)
    {
        var limit = BeatTracker.Quantile(active.Select(i => totals[i]), 0.33);
        var (sum, count) = (0.0, 0);
        foreach (var frame in active.Where(frame => totals[frame] <= limit))
        {
            sum += Flat(spectrogram.Frame(frame));
            count++;
        }

        return count == 0 ? 0 : sum / count;
    }

    private (double[] Shares, double Syllables) Modulations(float[] totals)
    {
        var shares = new double[ModulationBands];
        var spectrum = new PowerSpectrum(512);
        var (window, power) = (new float[512], new float[256]);
        var (all, syllables) = (1e-9, 0.0);
        for (var start = 0; start == 0 || start + 256 < totals.Length; start += 256)
        {
            var part = totals.AsSpan(start, Math.Min(512, totals.Length - start));
            var mean = 0f;
            foreach (var level in part) mean += Math.Max(level, Loud - 50) / part.Length;
            Array.Clear(window);
            for (var i = 0; i < part.Length; i++) window[i] = Math.Max(part[i], Loud - 50) - mean;
            spectrum.Write(window, power);
            for (var bin = 1; bin < power.Length; bin++)
            {
                var frequency = bin * framesPerSecond / 512;
                if (frequency is < MinModulation or > MaxModulation) continue;
                all += power[bin];
                if (frequency is > MinSyllables and < MaxSyllables) syllables += power[bin];
                var position = Math.Log(frequency / MinModulation) / Math.Log(MaxModulation / MinModulation);
                shares[Math.Min(ModulationBands - 1, (int)(position * ModulationBands))] += power[bin];
            }
        }

        return ([.. shares.Select(share => share / all)], syllables / all);
    }

    /// <summary>Returns the median fall of the level in the half second after an onset, or up to the next one.</summary>
    private double DecayRate(float[] totals, Onsets onsets)
    {
        var peaks = onsets.Peaks(OnsetThreshold, 3);
        var rates = new List<float>();
        for (var i = 0; i < peaks.Count; i++)
        {
            var (from, to) = (peaks[i] + 2, Math.Min(i + 1 < peaks.Count ? peaks[i + 1] - 3 : totals.Length - 1, peaks[i] + 22));
            if (to - from < 5) continue;
            rates.Add((float)((totals[from] - totals[to]) / (to - from) * framesPerSecond));
        }

        return BeatTracker.Quantile(rates, 0.5);
    }
}
