namespace Spotify.Audio.Features;

/// <summary>A builder of the <see cref="AudioAnalysis"/> of a recording.</summary>
internal sealed class AnalysisBuilder(
    double sampleRate,
    long samples,
    int windowSeconds,
    SoundDescription sound,
    Spectrogram spectrogram,
    Chromagram chromagram,
    Onsets onsets,
    Beats beats,
    KeyEstimate key)
{
    private const int FramesPerChroma = Chromagram.Hop / Spectrogram.Hop;

    // Bounds the size of the result: at most four segments a second are kept.
    private const double MaxSegmentsPerSecond = 4;
    private const int MinSegmentFrames = 4;
    private const double FadeDb = 10;

    private readonly double duration = samples / sampleRate;

    /// <summary>Returns the analysis.</summary>
    public AudioAnalysis Build()
    {
        List<double> times = [.. beats.Frames.Select(TimeOf)];
        var bars = Bars(times);
        var (fadeIn, fadeOut) = Fades();
        return new AudioAnalysis(
            new AnalysisMeta(
                FormattableString.Invariant($"{AudioFeatures.Version}.0.0"), ".NET", "OK", 0,
                FormattableString.Invariant($"ffmpeg mono {sampleRate}")),
            new AnalysisTrack(
                samples, Round(duration), "", 0, windowSeconds, (int)sampleRate, 1, fadeIn, fadeOut, Round(sound.Loudness),
                Round(beats.Bpm), Round(beats.Clarity), beats.BeatsPerBar, Round(beats.BarConfidence), key.PitchClass,
                Round(key.Confidence), key.Mode, Round(key.ModeConfidence)),
            bars,
            Intervals(times, i => beats.Strengths[i]),
            Intervals(Tatums(times), i => beats.Strengths[i / beats.TatumsPerBeat]),
            Sections(),
            Segments());
    }

    private static double Round(double value) => Math.Round(value, 3);

    // The middle of a frame, because that is where an onset has most of its effect.
    private double TimeOf(int frame) => Math.Clamp(
        ((frame * (double)Spectrogram.Hop) + (Spectrogram.Size / 2) - Spectrogram.Hop) / sampleRate, 0, duration);

    private List<TimeInterval> Bars(List<double> times)
    {
        List<int> starts = [.. Enumerable.Range(0, times.Count).Where(i => i % beats.BeatsPerBar == beats.FirstDownbeat)];
        return Intervals([.. starts.Select(i => times[i])], _ => beats.BarConfidence);
    }

    private List<double> Tatums(List<double> times)
    {
        var tatums = new List<double>();
        for (var i = 0; i < times.Count; i++)
        {
            var length = i + 1 < times.Count ? times[i + 1] - times[i] : i > 0 ? times[i] - times[i - 1] : 0;
            for (var part = 0; part < beats.TatumsPerBeat; part++) tatums.Add(times[i] + (length * part / beats.TatumsPerBeat));
        }

        return tatums;
    }

    private List<TimeInterval> Intervals(List<double> starts, Func<int, double> confidence)
    {
        var intervals = new List<TimeInterval>();
        for (var i = 0; i < starts.Count && starts[i] < duration; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1]
                : i > 0 ? Math.Min(duration, starts[i] + (starts[i] - starts[i - 1]))
                : duration;
            intervals.Add(new TimeInterval(Round(starts[i]), Round(end - starts[i]), Round(confidence(i))));
        }

        return intervals;
    }

    private (double End, double Start) Fades()
    {
        var totals = spectrogram.Totals;
        var (first, last) = (0, totals.Length - 1);
        while (first < last && totals[first] < sound.Loud - FadeDb) first++;
        while (last > first && totals[last] < sound.Loud - FadeDb) last--;
        // Shorter than a second, the level varies with the music.
        var (start, end) = (TimeOf(first), TimeOf(last));
        return (start < 1 ? 0 : Round(start), duration - end < 1 ? Round(duration) : Round(end));
    }

    private List<AnalysisSegment> Segments()
    {
        if (spectrogram.Count == 0) return [];
        var peaks = onsets.Peaks(SoundDescription.OnsetThreshold, MinSegmentFrames);
        var max = (int)Math.Ceiling(duration * MaxSegmentsPerSecond);
        if (peaks.Count > max)
        {
            peaks = [.. peaks.OrderByDescending(frame => onsets.Strength[frame]).ThenBy(frame => frame).Take(max).Order()];
        }

        List<int> starts = [0, .. peaks.Where(frame => frame >= MinSegmentFrames)];
        var strong = BeatTracker.Quantile(peaks.Select(frame => onsets.Strength[frame]), 0.9);
        var segments = new List<AnalysisSegment>(starts.Count);
        for (var i = 0; i < starts.Count; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1] : spectrogram.Count;
            var (from, to) = (i == 0 ? 0 : TimeOf(starts[i]), i + 1 < starts.Count ? TimeOf(end) : duration);
            if (to <= from) continue;
            segments.Add(Segment(starts[i], end, from, to, strong > 0 ? Math.Min(1, onsets.Strength[starts[i]] / strong) : 0));
        }

        return segments;
    }

    private AnalysisSegment Segment(int first, int end, double from, double to, double confidence)
    {
        var totals = spectrogram.Totals;
        var loudest = first;
        Span<double> sum = stackalloc double[12];
        Span<double> coefficients = stackalloc double[12];
        for (var frame = first; frame < end; frame++)
        {
            if (totals[frame] > totals[loudest]) loudest = frame;
            EmbeddingVector.Cepstrum(spectrogram.Frame(frame), coefficients);
            for (var i = 0; i < sum.Length; i++) sum[i] += coefficients[i] / (end - first);
        }

        // The level is shifted to be positive, as clients expect.
        sum[0] = Math.Max(0, (sum[0] / Math.Sqrt(MelBands.Count)) - MelBands.Silence);
        var pitches = Pitches(first / FramesPerChroma, Math.Max((first / FramesPerChroma) + 1, end / FramesPerChroma));
        return new AnalysisSegment(
            Round(from),
            Round(to - from),
            Round(confidence),
            Level(first),
            Level(loudest),
            Round(Math.Clamp(TimeOf(loudest) - from, 0, to - from)),
            Level(Math.Min(end, totals.Length - 1)),
            pitches,
            [.. sum.ToArray().Select(Round)]);

        double Level(int frame) => Round(Math.Max(AudioFeatures.MinLoudness, spectrogram.Totals[frame]));
    }

    private double[] Pitches(int first, int end)
    {
        var pitches = new double[12];
        for (var frame = first; frame < Math.Min(end, chromagram.Count); frame++)
            for (var i = 0; i < pitches.Length; i++) pitches[i] += chromagram.Frame(frame)[i];
        var max = pitches.Max();
        return [.. pitches.Select(pitch => max > 0 ? Round(pitch / max) : 1)];
    }

    private List<AnalysisSection> Sections()
    {
        var boundaries = SectionFinder.Find(spectrogram, chromagram, sampleRate);
        var sections = new List<AnalysisSection>(boundaries.Count);
        for (var i = 0; i < boundaries.Count; i++)
        {
            var (from, novelty) = boundaries[i];
            var to = i + 1 < boundaries.Count ? boundaries[i + 1].Seconds : duration;
            if (to <= from) continue;
            var first = Math.Clamp((int)(from * sampleRate / Spectrogram.Hop), 0, Math.Max(0, spectrogram.Count - 1));
            var end = Math.Clamp((int)(to * sampleRate / Spectrogram.Hop), first, spectrogram.Count);
            var tempo = new TempoEstimator(onsets.Strength.AsSpan(first, end - first), sampleRate / Spectrogram.Hop);
            var chroma = Math.Min(first / FramesPerChroma, chromagram.Count);
            var local = KeyEstimator.Of(chromagram, chroma, Math.Max(0, Math.Min(end / FramesPerChroma, chromagram.Count) - chroma));
            var level = first < end ? spectrogram.Totals[first..end].ToArray().Average() : MelBands.Silence;
            sections.Add(new AnalysisSection(
                Round(from), Round(to - from), Round(novelty), Round(Math.Max(AudioFeatures.MinLoudness, level)), Round(beats.Bpm),
                Round(Math.Clamp(beats.Bpm > 0 ? tempo.At(60 / beats.Bpm * sampleRate / Spectrogram.Hop) : 0, 0, 1)),
                local.PitchClass, Round(local.Confidence), local.Mode, Round(local.ModeConfidence), beats.BeatsPerBar,
                Round(beats.BarConfidence)));
        }

        return sections;
    }
}
