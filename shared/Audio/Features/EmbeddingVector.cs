namespace Spotify.Audio.Features;

/// <summary>
/// The embedding of a recording: 128 statistics of its timbre, harmony, rhythm and dynamics, each in standard units. None depends on the
/// key.
/// </summary>
internal static class EmbeddingVector
{
    private const int Groups = 10;
    private const int BandsPerGroup = MelBands.Count / Groups;
    private const float MaxUnits = 3;

    private static readonly double[] BeatMultiples = [0.25, 1 / 3.0, 0.5, 2 / 3.0, 0.75, 1, 1.5, 2, 3, 4];

    /// <summary>Returns the embedding; zero for silence.</summary>
    public static AudioEmbedding Of(
        SoundDescription sound, Spectrogram spectrogram, Chromagram chromagram, Onsets onsets, Beats beats, KeyEstimate key,
        double framesPerSecond)
    {
        var vector = new float[AudioEmbedding.Dimensions];
        if (!sound.HasSound) return AudioEmbedding.Of(vector);
        var raw = Statistics(sound, spectrogram, chromagram, onsets, beats, key, framesPerSecond);
        for (var i = 0; i < vector.Length; i++)
        {
            var units = (raw[i] - EmbeddingScale.Means[i]) / EmbeddingScale.Deviations[i];
            vector[i] = (float)Math.Clamp(units, -MaxUnits, MaxUnits);
        }

        return AudioEmbedding.Of(vector);
    }

    /// <summary>Returns the statistics, in their own units.</summary>
    internal static List<double> Statistics(
        SoundDescription sound, Spectrogram spectrogram, Chromagram chromagram, Onsets onsets, Beats beats, KeyEstimate key,
        double framesPerSecond)
    {
        var values = new List<double>(AudioEmbedding.Dimensions);
        AddTimbre(values, sound, spectrogram);
        AddHarmony(values, chromagram);
        values.AddRange([sound.Tonalness.Mean, sound.Tonalness.Deviation, key.Majorness]);

        var correlation = new TempoEstimator(onsets.Strength, framesPerSecond);
        var period = beats.Bpm > 0 ? 60 / beats.Bpm * framesPerSecond : framesPerSecond / 2;
        values.AddRange(BeatMultiples.Select(multiple => correlation.At(multiple * period)));
        values.AddRange(
            [Math.Log2(Math.Max(beats.Bpm, 40)), sound.OnsetRate, sound.OnsetStrength, sound.LowOnsets, beats.Clarity, beats.Regularity]);
        values.AddRange(sound.Modulation);

        values.AddRange(
        [
            sound.Loudness, sound.LevelSpread, sound.Pauses, sound.Floor, Math.Log10(sound.FloorFlatness + 1e-4), sound.Decay,
            sound.Brightness.Mean, sound.Brightness.Deviation, Math.Log10(sound.Flatness.Mean + 1e-4), sound.Flatness.Deviation,
            sound.MovingShare, sound.High, sound.Bass, sound.Presence,
        ]);
        return values;
    }

    /// <summary>Adds the means, deviations and changes of the cepstrum, and the deviations and onsets of groups of bands.</summary>
    private static void AddTimbre(List<double> values, SoundDescription sound, Spectrogram spectrogram)
    {
        const int Count = MelBands.Coefficients;
        var (sums, squares, changes) = (new double[Count], new double[Count], new double[Count]);
        var (bandSums, bandSquares, rises) = (new double[Groups], new double[Groups], new double[Groups]);
        Span<double> now = stackalloc double[Count];
        Span<double> before = stackalloc double[Count];
        Span<double> levels = stackalloc double[Groups];
        Span<double> previous = stackalloc double[Groups];
        var frames = 0;
        for (var frame = 0; frame < spectrogram.Count; frame++)
        {
            if (spectrogram.Totals[frame] < sound.Loud - 45) continue;
            Cepstrum(spectrogram.Frame(frame), now);
            for (var group = 0; group < Groups; group++)
            {
                levels[group] = 0;
                foreach (var level in spectrogram.Frame(frame).Slice(group * BandsPerGroup, BandsPerGroup))
                    levels[group] += level / BandsPerGroup;
                bandSums[group] += levels[group];
                bandSquares[group] += levels[group] * levels[group];
                if (frames > 0) rises[group] += Math.Max(0, levels[group] - previous[group]);
            }

            for (var i = 0; i < Count; i++)
            {
                sums[i] += now[i];
                squares[i] += now[i] * now[i];
                if (frames > 0) changes[i] += Math.Abs(now[i] - before[i]);
            }

            now.CopyTo(before);
            levels.CopyTo(previous);
            frames++;
        }

        frames = Math.Max(1, frames);
        values.AddRange(sums.Skip(1).Select(sum => sum / frames));
        values.AddRange(sums.Zip(squares, (sum, square) => Deviation(sum, square)));
        values.AddRange(changes.Select(change => change / frames));
        values.AddRange(bandSums.Zip(bandSquares, (sum, square) => Deviation(sum, square)));
        values.AddRange(rises.Select(rise => rise / frames));

        double Deviation(double sum, double square) => Math.Sqrt(Math.Max(0, (square / frames) - (sum / frames * sum / frames)));
    }

    /// <summary>Writes the cosine transform of the levels of a frame.</summary>
    internal static void Cepstrum(ReadOnlySpan<float> levels, Span<double> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            var sum = 0f;
            var row = MelBands.Cosines.AsSpan(i * MelBands.Count, MelBands.Count);
            for (var band = 0; band < levels.Length; band++) sum += row[band] * levels[band];
            result[i] = sum;
        }
    }

    /// <summary>Adds how often each interval sounds, from a semitone to a tritone, and how spread and how steady the harmony is.</summary>
    private static void AddHarmony(List<double> values, Chromagram chromagram)
    {
        var mean = new double[12];
        var change = 0.0;
        for (var frame = 0; frame < chromagram.Count; frame++)
        {
            for (var i = 0; i < 12; i++)
            {
                mean[i] += chromagram.Frame(frame)[i];
                if (frame > 0) change += Math.Abs(chromagram.Frame(frame)[i] - chromagram.Frame(frame - 1)[i]);
            }
        }

        var total = mean.Sum() + 1e-9;
        var squares = mean.Sum(value => value * value) + 1e-12;
        for (var interval = 1; interval <= 6; interval++)
        {
            var sum = 0.0;
            for (var i = 0; i < 12; i++) sum += mean[i] * mean[(i + interval) % 12];
            values.Add(sum / squares);
        }

        values.Add(-mean.Sum(value => value / total * Math.Log2((value / total) + 1e-9)));
        values.Add(change / total);
    }
}
