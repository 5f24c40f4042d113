using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;
using Spotify.Web;

namespace Spotify.Local.Edge;

/// <summary>
/// What a CDN does, on one machine: <c>/tracks/…</c>, <c>/episodes/…</c> and <c>/chapters/…</c> for whoever has a signed URL, of either
/// format, and <c>/images/{id}/{size}.jpg</c> for everyone. What is verified is the request target byte for byte as it was received, and
/// the object is looked up by those very bytes: nothing is decoded or normalised in between.
/// </summary>
public static class EdgeEndpoints
{
    private const string ImmutableForAYear = "public, max-age=31536000, immutable";
    private const string ThirtyDays = "public, max-age=2592000";
    private const string AllowedMethods = "GET, HEAD, OPTIONS";

    private static readonly IUrlSigner[] Formats = [new CloudCdnSigner(), new PartnerCdnSigner()];
    private static readonly SearchValues<char> ImageCharacters = SearchValues.Create("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// Maps the edge. Services: <see cref="DirectoryObjectStore"/>, <see cref="SigningKeys"/>, <see cref="TimeProvider"/>; optionally
    /// <see cref="PublicUrlOptions"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A service is missing, or an option is wrong.</exception>
    public static IEndpointConventionBuilder MapEdge(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var store = services.GetRequiredService<DirectoryObjectStore>();
        var keys = services.GetRequiredService<SigningKeys>();
        var clock = services.GetRequiredService<TimeProvider>();
        var publicBase = services.GetService<IOptions<PublicUrlOptions>>()?.Value.PublicUrl;

        var group = endpoints.MapGroup("");
        foreach (var kind in (string[])["tracks", "episodes", "chapters"])
        {
            var prefix = $"/{kind}/";
            group.Map(prefix + "{**name}", context => ServeSignedAsync(context, prefix)).WithDisplayName($"Edge: {prefix}…");
        }

        group.Map("/images/{id}/{file}", ServeImageAsync).WithDisplayName("Edge: /images/…");
        group.ExcludeFromDescription();
        return group;

        Task ServeSignedAsync(HttpContext context, string prefix)
        {
            if (AnswersWithoutFile(context) is { } answer) return answer;
            var now = clock.GetUtcNow();
            var baseUrl = publicBase ?? $"{context.Request.Scheme}://{context.Request.Host.Value}";
            if (!TryGetTarget(context, baseUrl, out var target)) return EdgeErrors.WriteAsync(context, StatusCodes.Status403Forbidden, "The URL is signed for another host.");
            var verdict = Verify(baseUrl, target, now);
            if (!verdict.IsValid) return EdgeErrors.WriteAsync(context, StatusCodes.Status403Forbidden, Reason(verdict.Status));

            var path = WithoutQuery(target);
            return path.StartsWith(prefix, StringComparison.Ordinal) ? SendAsync(context, path[1..], ImmutableForAYear, now) : NotFound(context);
        }

        Task ServeImageAsync(HttpContext context)
        {
            if (AnswersWithoutFile(context) is { } answer) return answer;
            return TryGetTarget(context, $"{context.Request.Scheme}://{context.Request.Host.Value}", out var target) && WithoutQuery(target) is var path && IsImage(path)
                ? SendAsync(context, path[1..], ThirtyDays, clock.GetUtcNow())
                : NotFound(context);
        }

        SignatureVerdict Verify(string baseUrl, string target, DateTimeOffset now)
        {
            var ring = keys.Ring;
            var verdict = default(SignatureVerdict);
            foreach (var format in Formats)
            {
                verdict = format.Verify(baseUrl, target, ring, now);
                if (verdict.Status != SignatureStatus.Missing) break;
            }

            return verdict;
        }

        async Task SendAsync(HttpContext context, string name, string cacheControl, DateTimeOffset now)
        {
            using var file = store.OpenFile(name);
            await (file is null ? NotFound(context) : FileResponse.SendAsync(context, file, MediaTypes.Of(name), cacheControl, now)).ConfigureAwait(false);
        }
    }

    private static Task NotFound(HttpContext context) => EdgeErrors.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such file.");

    /// <summary>Sets the headers of every answer, and answers methods that need no file.</summary>
    /// <returns>Null for GET and HEAD.</returns>
    private static Task? AnswersWithoutFile(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "Content-Range, Content-Length, ETag, Accept-Ranges";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.XContentTypeOptions = "nosniff";

        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) return null;

        headers.Allow = AllowedMethods;
        if (!HttpMethods.IsOptions(method)) return EdgeErrors.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"Files are read only: {AllowedMethods}.");
        headers.AccessControlAllowMethods = AllowedMethods;
        headers.AccessControlAllowHeaders = "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since";
        headers.AccessControlMaxAge = "86400";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>The request target in origin form; a proxy's absolute form (RFC 9112 §3.2.2) is one too, if it begins with our base.</summary>
    private static bool TryGetTarget(HttpContext context, string baseUrl, out string target)
    {
        target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.StartsWith('/')) return true;
        if (!target.StartsWith(baseUrl, StringComparison.Ordinal)) return false;
        target = target[baseUrl.Length..];
        return target.StartsWith('/');
    }

    private static string WithoutQuery(string target)
    {
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>Whether a path is <c>/images/{id}/{size}.jpg</c> to the letter.</summary>
    private static bool IsImage(ReadOnlySpan<char> path)
    {
        const string prefix = "/images/", extension = ".jpg";
        if (!path.StartsWith(prefix) || !path.EndsWith(extension) || path.Length < prefix.Length + extension.Length) return false;
        path = path[prefix.Length..^extension.Length];
        var slash = path.IndexOf('/');
        return slash > 0
            && slash < path.Length - 1
            && !path[..slash].ContainsAnyExcept(ImageCharacters)
            && !path[(slash + 1)..].ContainsAnyExcept(ImageCharacters);
    }

    private static string Reason(SignatureStatus status) => status switch
    {
        SignatureStatus.Missing => "The URL is not signed.",
        SignatureStatus.Expired => "The URL has expired.",
        SignatureStatus.UnknownKey => "The URL is signed with a key that is not known.",
        _ => "The URL's signature is wrong.",
    };
}
