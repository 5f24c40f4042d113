namespace Spotify.Player;

/// <summary>The number of skips in an hour.</summary>
public static class Skips
{
    /// <summary>The period in which skips are counted.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Records a skip.</summary>
    public static PlayerState WithSkip(this PlayerState state, DateTimeOffset now) => state with
    {
        Skips = [.. state.Skips.Where(skip => skip > now - Period).Append(now.WholeMs()).TakeLast(PlayerLimits.MaxSkips)],
    };

    /// <summary>Returns the time until a skip is allowed: zero if it is allowed now.</summary>
    /// <param name="state">The state.</param>
    /// <param name="limit">The maximum number of skips in an hour, from 1 to <see cref="PlayerLimits.MaxSkips"/>.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan UntilSkip(this PlayerState state, int limit, DateTimeOffset now)
    {
        var recent = state.Skips.Where(skip => skip > now - Period && skip <= now).ToList();
        return recent.Count < limit ? TimeSpan.Zero : recent[^limit] + Period - now;
    }
}
