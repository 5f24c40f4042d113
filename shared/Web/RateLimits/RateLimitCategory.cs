namespace Spotify.Web.RateLimits;

/// <summary>The categories of requests that share a rate limit.</summary>
public enum RateLimitCategory
{
    /// <summary>Requests without a category of their own.</summary>
    Standard,

    /// <summary>Searches.</summary>
    Search,

    /// <summary>Player commands. A volume that is dragged sends many.</summary>
    Player,

    /// <summary>
    /// Reads of the player, and registrations and reports of devices, which apps repeat while they play. Limited by user only, as
    /// <see cref="Events"/> are.
    /// </summary>
    PlayerState,

    /// <summary>The authorization of playback, and offline listening.</summary>
    Playback,

    /// <summary>Playlist changes.</summary>
    PlaylistChanges,

    /// <summary>
    /// Reports of events, which apps send every few seconds. Limited by user only, because an app cannot reduce the number of its
    /// listeners.
    /// </summary>
    Events,
}

/// <summary>The assignment of endpoints to rate limit categories.</summary>
public static class RateLimitCategories
{
    /// <summary>Assigns an endpoint or a group of endpoints to a category.</summary>
    public static TBuilder WithRateLimit<TBuilder>(this TBuilder endpoint, RateLimitCategory category)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RateLimitMetadata(category));

    /// <summary>Returns the category of a request.</summary>
    internal static RateLimitCategory Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RateLimitMetadata>()?.Category ?? RateLimitCategory.Standard;

    private sealed record RateLimitMetadata(RateLimitCategory Category);
}
