using Microsoft.Extensions.Options;
using Spotify.Player;
using Spotify.Web;

namespace Spotify.Functions.Player.Plans;

/// <summary>The limits of listeners without Premium on smartphones and tablets, which are options and off by default.</summary>
public sealed class FreeLimits(IOptions<PlayerOptions> options)
{
    /// <summary>Returns whether a listener gets contexts shuffled only on a device.</summary>
    public bool ShufflesOnly(PlayerListener listener, PlayerDevice device) =>
        options.Value.FreeShuffleOnMobile && IsLimited(listener, device);

    /// <summary>Returns whether the skips of a listener are counted on a device.</summary>
    public bool CountSkips(PlayerListener listener, PlayerDevice device) =>
        options.Value.FreeSkipsPerHour > 0 && IsLimited(listener, device);

    /// <summary>Returns the time until a listener may skip on a device: zero if the listener may now.</summary>
    public TimeSpan UntilSkip(PlayerListener listener, PlayerDevice device, PlayerState state, DateTimeOffset now) =>
        CountSkips(listener, device) ? state.UntilSkip(options.Value.FreeSkipsPerHour, now) : TimeSpan.Zero;

    /// <summary>Requires that a context may be played in its order.</summary>
    /// <exception cref="ApiException">403 with the reason <c>CONTEXT_DISALLOW</c>: the listener gets contexts shuffled only.</exception>
    internal void RequireOrder(PlayerListener listener, PlayerDevice device)
    {
        if (ShufflesOnly(listener, device))
            throw PlayerErrors.Forbidden("Only shuffled playback is available on this device", PlayerErrors.ContextDisallowed);
    }

    /// <summary>Requires that a listener may skip.</summary>
    /// <exception cref="ApiException">403 with the reason <c>RATE_LIMITED</c>: the skips of the hour are used up.</exception>
    internal void RequireSkip(PlayerListener listener, PlayerDevice device, PlayerState state, DateTimeOffset now)
    {
        if (UntilSkip(listener, device, state, now) is var wait && wait <= TimeSpan.Zero) return;
        throw new ApiException(
            StatusCodes.Status403Forbidden,
            $"Player command failed: At most {options.Value.FreeSkipsPerHour} skips in an hour",
            PlayerErrors.RateLimited)
        {
            RetryAfter = TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)),
        };
    }

    private static bool IsLimited(PlayerListener listener, PlayerDevice device) =>
        !listener.IsPremium && device.Type is ("smartphone" or "tablet");
}
