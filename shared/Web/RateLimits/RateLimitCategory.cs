namespace Spotify.Web.RateLimits;

/// <summary>What requests are counted together.</summary>
public enum RateLimitCategory
{
    /// <summary>All that is in no other.</summary>
    Standard,

    /// <summary>Search.</summary>
    Search,

    /// <summary>Control of the player, and leave to play.</summary>
    Player,

    /// <summary>Changes of playlists.</summary>
    PlaylistChanges,
}

/// <summary>Says where it is mapped which category an endpoint is in.</summary>
public static class RateLimitCategories
{
    /// <summary>Counts requests to an endpoint, or to those of a group, in a category other than the standard one.</summary>
    public static TBuilder WithRateLimit<TBuilder>(this TBuilder endpoint, RateLimitCategory category) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RateLimitMetadata(category));

    /// <summary>The category of a request.</summary>
    internal static RateLimitCategory Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RateLimitMetadata>()?.Category ?? RateLimitCategory.Standard;

    private sealed record RateLimitMetadata(RateLimitCategory Category);
}
