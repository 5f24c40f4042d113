namespace Spotify.Audio;

/// <summary>A collector of seek points, at most one per interval of the resolution.</summary>
internal sealed class SeekPointCollector
{
    // Eleven days at one point per second, which no real file exceeds. Bounds the memory for a hostile file.
    private const int MaximumPoints = 1_000_000;

    private readonly List<SeekPoint> points = [];
    private readonly long resolutionMs;
    private readonly int timescale;
    private long nextMs;

    public SeekPointCollector(int timescale, TimeSpan? resolution)
    {
        if (resolution <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "The resolution must be greater than zero.");

        this.timescale = timescale;
        resolutionMs = Math.Max(1, (long)(resolution ?? TimeSpan.FromSeconds(1)).TotalMilliseconds);
    }

    /// <summary>Adds the point if its interval has none yet. The first point must have time 0.</summary>
    /// <param name="time">The time from which the decoder produces audio, in units of the timescale.</param>
    /// <param name="offset">The offset in bytes from the start of the file. Must increase from call to call.</param>
    public void Offer(long time, long offset)
    {
        // Rounded up, because audio must be available at the point's time or earlier.
        var exactMs = ((Int128)time * 1000 + timescale - 1) / timescale;
        if (exactMs < nextMs) return;
        if (exactMs > long.MaxValue / 2) throw new InvalidAudioException("The audio's duration is out of range", offset);
        if (points.Count == MaximumPoints)
            throw new InvalidAudioException($"The audio needs more than {MaximumPoints} seek points", offset);

        var ms = (long)exactMs;
        points.Add(new SeekPoint(ms, offset));
        nextMs = (ms / resolutionMs + 1) * resolutionMs;
    }

    /// <summary>Returns the points before the end of the audio.</summary>
    public IReadOnlyList<SeekPoint> Within(AudioDuration duration)
    {
        while (points.Count > 1 && points[^1].TimeMs >= duration.TotalMilliseconds) points.RemoveAt(points.Count - 1);
        return points;
    }
}
