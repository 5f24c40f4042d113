namespace Spotify.Domain.Data;

/// <summary>Conversions to the database's time format: microseconds since 1970-01-01T00:00:00Z, truncated.</summary>
public static class Instant
{
    /// <summary>Returns the microseconds from 1970 to a time.</summary>
    public static long ToMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Returns the UTC time that is a number of microseconds after 1970.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Returns a time in the database's precision, that is, as it will be read back.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => FromMicroseconds(ToMicroseconds(time));
}
