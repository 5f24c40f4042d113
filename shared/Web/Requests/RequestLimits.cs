using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Spotify.Web.Requests;

/// <summary>The limits of request bodies, the same in both homes. Larger bodies are answered with 413 and are not read.</summary>
public static class RequestLimits
{
    /// <summary>
    /// The limit of a body, in bytes, unless an endpoint has another. The largest body within the limits of the API, a playlist change with
    /// 10,000 positions, has about 70 KB.
    /// </summary>
    public const int DefaultBytes = 256 << 10;

    /// <summary>Sets the default limit.</summary>
    public static IServiceCollection AddRequestLimits(this IServiceCollection services) =>
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = DefaultBytes);

    /// <summary>Sets the limit of an endpoint.</summary>
    /// <param name="bytes">The maximum length of a body.</param>
    public static TBuilder WithBodyLimit<TBuilder>(this TBuilder endpoint, long bytes) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new BodyLimit(bytes));

    // Routing applies this metadata to the request.
    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
