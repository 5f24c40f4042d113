using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Catalog;

namespace Spotify.Web;

/// <summary>A builder of the URLs in responses.</summary>
/// <param name="baseUrl">The service's public URL, without a trailing slash.</param>
/// <param name="imagesUrl">The base URL of images, without a trailing slash.</param>
public sealed class ApiLinks(string baseUrl, string imagesUrl)
{
    /// <summary>The service's public URL, without a trailing slash.</summary>
    public string BaseUrl => baseUrl;

    /// <summary>Returns the links for the response to a request.</summary>
    public static ApiLinks For(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value;
        if (options.PublicUrl is null && !context.Request.Host.HasValue) throw ApiException.BadRequest("Missing Host header");
        var baseUrl = options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
        return new ApiLinks(baseUrl, options.ImagesUrl ?? baseUrl);
    }

    /// <summary>Returns the URL of an entity in the Web API.</summary>
    public string Href(EntityType type, string id) => $"{baseUrl}/v1/{SpotifyUri.WireName(type)}s/{Uri.EscapeDataString(id)}";

    /// <summary>Returns the URL of a path in the Web API, such as <c>/v1/search?q=x</c>.</summary>
    public string Path(string pathAndQuery) => baseUrl + pathAndQuery;

    /// <summary>Returns the URL of an entity in the web player.</summary>
    public string Page(EntityType type, string id) => $"{baseUrl}/{SpotifyUri.WireName(type)}/{Uri.EscapeDataString(id)}";

    /// <summary>Returns the URL of an image.</summary>
    /// <param name="imageId">The image's id.</param>
    /// <param name="width">The width in pixels.</param>
    public string Image(string imageId, int width) => $"{imagesUrl}/{ImageNames.Of(imageId, width)}";
}
