namespace Spotify.Audio;

/// <summary>A position in a file at which decoding can start.</summary>
/// <param name="TimeMs">The time from which a decoder that starts here produces audio, in ms from the first sample.</param>
/// <param name="Offset">The offset in bytes from the start of the file.</param>
public readonly record struct SeekPoint(long TimeMs, long Offset);

/// <summary>
/// A map from playback times to byte offsets in an encoded file. A player fetches <c>[0, HeaderBytes)</c> once, and then byte ranges that
/// start at a point's offset.
/// </summary>
public sealed partial record SeekIndex
{
    /// <summary>Creates an index from ordered points.</summary>
    /// <exception cref="ArgumentException">
    /// A value is out of range, there are no points, the first point is not at time 0 or is inside the header, or times or offsets do not
    /// strictly increase.
    /// </exception>
    public SeekIndex(Codec codec, SampleCounts samples, long headerBytes, int prerollMs, IReadOnlyList<SeekPoint> points)
    {
        if (samples.SampleRate <= 0) throw new ArgumentException("The sample rate must be positive.", nameof(samples));
        if (samples is not { Total: >= 0, EncoderDelay: >= 0, EncoderPadding: >= 0 })
            throw new ArgumentException("A sample count must not be negative.", nameof(samples));
        if (headerBytes < 0) throw new ArgumentException("The header's length must not be negative.", nameof(headerBytes));
        if (prerollMs < 0) throw new ArgumentException("The preroll must not be negative.", nameof(prerollMs));
        if (points.Count == 0 || points[0].TimeMs != 0 || points[0].Offset < headerBytes)
            throw new ArgumentException("The first point must be at time 0, at or after the header.", nameof(points));
        for (var i = 1; i < points.Count; i++)
            if (points[i].TimeMs <= points[i - 1].TimeMs || points[i].Offset <= points[i - 1].Offset)
                throw new ArgumentException($"Point {i} is not after point {i - 1}.", nameof(points));

        Codec = codec;
        Samples = samples;
        HeaderBytes = headerBytes;
        PrerollMs = prerollMs;
        Points = points;
    }

    /// <summary>The file's codec.</summary>
    public Codec Codec { get; }

    /// <summary>The exact sample counts.</summary>
    public SampleCounts Samples { get; }

    /// <summary>The duration in ms, rounded to the nearest.</summary>
    public long DurationMs => Samples.Duration.TotalMilliseconds;

    /// <summary>The length in bytes of the file's start that a decoder needs before any audio.</summary>
    public long HeaderBytes { get; }

    /// <summary>How far before the requested time decoding must start so that the audio is exact at that time, in ms.</summary>
    public int PrerollMs { get; }

    /// <summary>The points, strictly increasing in time and offset. The first has time 0 and the offset of the first audio byte.</summary>
    public IReadOnlyList<SeekPoint> Points { get; }

    /// <summary>
    /// Returns the last point from which decoding is exact at <paramref name="time"/>, or the first point for earlier times.
    /// </summary>
    public SeekPoint Find(TimeSpan time)
    {
        var wantedMs = (long)Math.Floor(time.TotalMilliseconds) - PrerollMs;
        var (low, high) = (0, Points.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Points[middle].TimeMs <= wantedMs) low = middle;
            else high = middle - 1;
        }

        return Points[low];
    }

    /// <summary>
    /// Returns the index with a smaller number of samples, for AAC files, whose last frames have padding that the file does not identify.
    /// </summary>
    /// <param name="total">The number of samples of audio in each channel.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file has fewer samples.</exception>
    public SeekIndex WithPadding(long total)
    {
        var padding = Samples.Total - total;
        ArgumentOutOfRangeException.ThrowIfNegative(padding, nameof(total));
        var samples = Samples with { Total = total, EncoderPadding = Samples.EncoderPadding + (int)padding };
        var last = samples.Duration.TotalMilliseconds;
        return new SeekIndex(
            Codec, samples, HeaderBytes, PrerollMs, [.. Points.Where(point => point.TimeMs == 0 || point.TimeMs < last)]);
    }

    /// <summary>Returns whether all values and all points are equal.</summary>
    public bool Equals(SeekIndex? other) =>
        other is not null
        && (Codec, Samples, HeaderBytes, PrerollMs) == (other.Codec, other.Samples, other.HeaderBytes, other.PrerollMs)
        && Points.SequenceEqual(other.Points);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Codec, Samples, HeaderBytes, PrerollMs, Points.Count);
}
