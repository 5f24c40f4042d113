namespace Spotify.Domain.Data;

/// <summary>Points in time as the database keeps them: microseconds since 1970-01-01T00:00:00Z, finer digits cut off.</summary>
public static class Instant
{
    /// <summary>Microseconds since 1970.</summary>
    public static long ToMicroseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time so many microseconds since 1970, in UTC.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>The time as reading it back will give it.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => FromMicroseconds(ToMicroseconds(time));
}
