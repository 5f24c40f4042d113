namespace Spotify.Audio;

/// <summary>An exact audio duration, as a number of samples per channel and a sample rate.</summary>
/// <param name="Samples">Samples in each channel.</param>
/// <param name="SampleRate">Samples per second, in Hz.</param>
public readonly record struct AudioDuration(long Samples, int SampleRate)
{
    /// <summary>The duration in milliseconds, rounded to the nearest.</summary>
    public long TotalMilliseconds => (long)(((Int128)Samples * 1000 + SampleRate / 2) / SampleRate);

    /// <summary>Returns the duration, rounded down to ticks of 100 ns.</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks((long)((Int128)Samples * TimeSpan.TicksPerSecond / SampleRate));
}
