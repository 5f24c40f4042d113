namespace Spotify.Audio;

/// <summary>How long audio plays, exactly: a count of samples per channel at a rate.</summary>
/// <param name="Samples">Samples in each channel.</param>
/// <param name="SampleRate">Samples per second, in Hz.</param>
public readonly record struct AudioDuration(long Samples, int SampleRate)
{
    /// <summary>The duration in milliseconds, rounded to the nearest.</summary>
    public long TotalMilliseconds => (long)(((Int128)Samples * 1000 + SampleRate / 2) / SampleRate);

    /// <summary>The duration in ticks of 100 ns, rounded down.</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks((long)((Int128)Samples * TimeSpan.TicksPerSecond / SampleRate));
}
