using System.ComponentModel.DataAnnotations;

namespace Spotify.Web.RateLimits;

/// <summary>
/// The rate limits. Each instance counts the requests that it receives, so that the effective limit grows with the number of instances.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Whether rate limits are enforced.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The length of the sliding window, in seconds.</summary>
    [Range(1, 3600)]
    public int WindowSeconds { get; set; } = 30;

    /// <summary>The maximum number of standard requests of a user in a window.</summary>
    [Range(1, 10_000)]
    public int Standard { get; set; } = 100;

    /// <summary>The maximum number of searches of a user in a window.</summary>
    [Range(1, 10_000)]
    public int Search { get; set; } = 30;

    /// <summary>The maximum number of player commands of a user in a window.</summary>
    [Range(1, 10_000)]
    public int Player { get; set; } = 50;

    /// <summary>
    /// The maximum number of reads of the player, registrations and reports of a user in a window: five a second, for several devices.
    /// </summary>
    [Range(1, 10_000)]
    public int PlayerState { get; set; } = 150;

    /// <summary>The maximum number of playback authorizations and requests for offline listening of a user in a window.</summary>
    [Range(1, 10_000)]
    public int Playback { get; set; } = 50;

    /// <summary>The maximum number of playlist changes of a user in a window.</summary>
    [Range(1, 10_000)]
    public int PlaylistChanges { get; set; } = 25;

    /// <summary>The maximum number of reports of events of a user in a window: two a second, for several devices.</summary>
    [Range(1, 10_000)]
    public int Events { get; set; } = 60;

    /// <summary>
    /// The limit of an app, as a multiple of the limit of a user. The app's own requests and those of all its users count. The default
    /// allows for a hundred users at their limit.
    /// </summary>
    [Range(1, 1000)]
    public int AppFactor { get; set; } = 100;

    /// <summary>
    /// The maximum number of users and apps, per category, that are tracked. Beyond it, the least recently active ones are dropped and
    /// start again from zero. Each takes up to 8 bytes per request of its limit.
    /// </summary>
    [Range(2, 10_000_000)]
    public int Remembered { get; set; } = 50_000;

    /// <summary>Returns the maximum number of requests of a user in a window.</summary>
    public int Limit(RateLimitCategory category) => category switch
    {
        RateLimitCategory.Search => Search,
        RateLimitCategory.Player => Player,
        RateLimitCategory.PlayerState => PlayerState,
        RateLimitCategory.Playback => Playback,
        RateLimitCategory.PlaylistChanges => PlaylistChanges,
        RateLimitCategory.Events => Events,
        _ => Standard,
    };
}
