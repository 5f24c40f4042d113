using System.ComponentModel.DataAnnotations;

namespace Spotify.Web.RateLimits;

/// <summary>How many requests are let through. Each instance counts for itself: with several, a caller may get more through, never less.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Whether there are limits at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The length of the window, which slides, in seconds.</summary>
    [Range(1, 3600)]
    public int WindowSeconds { get; set; } = 30;

    /// <summary>The most standard requests of a user in a window.</summary>
    [Range(1, 10_000)]
    public int Standard { get; set; } = 100;

    /// <summary>The most searches of a user in a window.</summary>
    [Range(1, 10_000)]
    public int Search { get; set; } = 30;

    /// <summary>The most requests of a user in a window that control the player or ask for leave to play.</summary>
    [Range(1, 10_000)]
    public int Player { get; set; } = 50;

    /// <summary>The most changes of playlists of a user in a window.</summary>
    [Range(1, 10_000)]
    public int PlaylistChanges { get; set; } = 25;

    /// <summary>
    /// How many times as much an app may send as one of its users, all of them and its own requests together. The default is that of
    /// an app with a hundred users as busy as they may be.
    /// </summary>
    [Range(1, 1000)]
    public int AppFactor { get; set; } = 100;

    /// <summary>
    /// The most users and apps, by category, that are kept in mind. Beyond it those not heard of for longest are forgotten, and start
    /// anew. Each takes up to 8 bytes for each request of its limit.
    /// </summary>
    [Range(2, 10_000_000)]
    public int Remembered { get; set; } = 50_000;

    /// <summary>The most requests of a user in a window.</summary>
    public int Limit(RateLimitCategory category) => category switch
    {
        RateLimitCategory.Search => Search,
        RateLimitCategory.Player => Player,
        RateLimitCategory.PlaylistChanges => PlaylistChanges,
        _ => Standard,
    };
}
