using Microsoft.Extensions.Options;
using Spotify.Domain;

namespace Spotify.Web;

/// <summary>Makes the URLs that answers carry.</summary>
/// <param name="baseUrl">The service's own address, without a slash at the end.</param>
/// <param name="imagesUrl">Where images are served, likewise.</param>
public sealed class ApiLinks(string baseUrl, string imagesUrl)
{
    /// <summary>The service's own address, without a slash at the end.</summary>
    public string BaseUrl => baseUrl;

    /// <summary>The links of answers to a request.</summary>
    public static ApiLinks For(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value;
        if (options.PublicUrl is null && !context.Request.Host.HasValue) throw ApiException.BadRequest("Missing Host header");
        var baseUrl = options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
        return new ApiLinks(baseUrl, options.ImagesUrl ?? baseUrl);
    }

    /// <summary>The address of an entity in the Web API.</summary>
    public string Href(EntityType type, string id) => $"{baseUrl}/v1/{SpotifyUri.WireName(type)}s/{Uri.EscapeDataString(id)}";

    /// <summary>The address of a path of the Web API, such as <c>/v1/search?q=x</c>.</summary>
    public string Path(string pathAndQuery) => baseUrl + pathAndQuery;

    /// <summary>The address of an entity in the web player.</summary>
    public string Page(EntityType type, string id) => $"{baseUrl}/{SpotifyUri.WireName(type)}/{Uri.EscapeDataString(id)}";

    /// <summary>The address of a picture.</summary>
    /// <param name="size">Its width and height in pixels.</param>
    public string Image(string imageId, int size) => $"{imagesUrl}/images/{imageId}/{size}.jpg";
}
