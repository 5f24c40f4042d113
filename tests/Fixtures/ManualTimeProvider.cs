namespace Spotify.Fixtures;

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private long offsetTicks;

    /// <summary>A clock that starts now.</summary>
    public ManualTimeProvider() : this(System.GetUtcNow())
    {
    }

    public override DateTimeOffset GetUtcNow() => start.AddTicks(Interlocked.Read(ref offsetTicks));

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref offsetTicks, by.Ticks);
}
