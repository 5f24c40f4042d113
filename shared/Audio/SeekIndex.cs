namespace Spotify.Audio;

/// <summary>A place in a file where decoding can begin.</summary>
/// <param name="TimeMs">Audio from this time on comes out of a decoder that starts here; ms from the first sample.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
public readonly record struct SeekPoint(long TimeMs, long Offset);

/// <summary>
/// Where in an encoded file each second of sound begins: a player fetches <c>[0, HeaderBytes)</c> once and then any range that starts at
/// a point's offset.
/// </summary>
public sealed partial record SeekIndex
{
    /// <summary>Makes an index of points that are already in order.</summary>
    /// <exception cref="ArgumentException">A value is out of range, there is no point, the first is not at time 0 and at or after the
    /// header, or times or offsets do not strictly increase.</exception>
    public SeekIndex(
        Codec codec, int sampleRate, long durationMs, long headerBytes, int prerollMs, IReadOnlyList<SeekPoint> points)
    {
        if (sampleRate <= 0) throw new ArgumentException("The sample rate must be positive.", nameof(sampleRate));
        if (durationMs < 0) throw new ArgumentException("The duration must not be negative.", nameof(durationMs));
        if (headerBytes < 0) throw new ArgumentException("The header's length must not be negative.", nameof(headerBytes));
        if (prerollMs < 0) throw new ArgumentException("The preroll must not be negative.", nameof(prerollMs));
        if (points.Count == 0 || points[0].TimeMs != 0 || points[0].Offset < headerBytes)
            throw new ArgumentException("The first point must be at time 0, at or after the header.", nameof(points));
        for (var i = 1; i < points.Count; i++)
            if (points[i].TimeMs <= points[i - 1].TimeMs || points[i].Offset <= points[i - 1].Offset)
                throw new ArgumentException($"Point {i} is not after the one before it.", nameof(points));

        Codec = codec;
        SampleRate = sampleRate;
        DurationMs = durationMs;
        HeaderBytes = headerBytes;
        PrerollMs = prerollMs;
        Points = points;
    }

    /// <summary>How the file is compressed.</summary>
    public Codec Codec { get; }

    /// <summary>Samples per second, in Hz.</summary>
    public int SampleRate { get; }

    /// <summary>Duration in ms, rounded to the nearest.</summary>
    public long DurationMs { get; }

    /// <summary>Length of the prefix that a decoder needs before any audio, in bytes.</summary>
    public long HeaderBytes { get; }

    /// <summary>How much before the wanted time decoding must begin for the sound to be exact from that time on, in ms.</summary>
    public int PrerollMs { get; }

    /// <summary>The points, strictly increasing in time and in offset; the first is time 0 at the first audio byte.</summary>
    public IReadOnlyList<SeekPoint> Points { get; }

    /// <summary>
    /// The last point from which the sound at <paramref name="time"/> is exact; the first one for times before the start.
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

    /// <summary>Whether both describe the same file: every value and every point equal.</summary>
    public bool Equals(SeekIndex? other) =>
        other is not null
        && (Codec, SampleRate, DurationMs, HeaderBytes, PrerollMs)
            == (other.Codec, other.SampleRate, other.DurationMs, other.HeaderBytes, other.PrerollMs)
        && Points.SequenceEqual(other.Points);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Codec, SampleRate, DurationMs, HeaderBytes, PrerollMs, Points.Count);
}
