namespace Spotify.Audio;

/// <summary>Keeps about one of the offered points per stretch of time.</summary>
internal sealed class SeekPointCollector
{
    // Eleven days at one point per second: no honest file has more, and a hostile one must not fill the memory.
    private const int MaximumPoints = 1_000_000;

    private readonly List<SeekPoint> points = [];
    private readonly long resolutionMs;
    private readonly int timescale;
    private long nextMs;

    public SeekPointCollector(int timescale, TimeSpan? resolution)
    {
        if (resolution <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "The distance between points must be more than zero.");

        this.timescale = timescale;
        resolutionMs = Math.Max(1, (long)(resolution ?? TimeSpan.FromSeconds(1)).TotalMilliseconds);
    }

    /// <summary>Offers a point; the first one offered must be at time 0.</summary>
    /// <param name="time">When audio begins to come out, in units of the timescale.</param>
    /// <param name="offset">Bytes from the start of the file, more than at the last call.</param>
    public void Offer(long time, long offset)
    {
        // Rounded up: the audio must begin at or before the time that the point promises.
        var exactMs = ((Int128)time * 1000 + timescale - 1) / timescale;
        if (exactMs < nextMs) return;
        if (exactMs > long.MaxValue / 2) throw new InvalidAudioException("The audio claims to be longer than can be counted", offset);
        if (points.Count == MaximumPoints)
            throw new InvalidAudioException($"The audio needs more than {MaximumPoints} seek points", offset);

        var ms = (long)exactMs;
        points.Add(new SeekPoint(ms, offset));
        nextMs = (ms / resolutionMs + 1) * resolutionMs;
    }

    /// <summary>The points that lie within the audio.</summary>
    public IReadOnlyList<SeekPoint> Within(AudioDuration duration)
    {
        while (points.Count > 1 && points[^1].TimeMs >= duration.TotalMilliseconds) points.RemoveAt(points.Count - 1);
        return points;
    }
}
