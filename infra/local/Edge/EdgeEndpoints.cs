using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;
using Spotify.Local.Objects;
using Spotify.Web;
using Spotify.Web.Files;

namespace Spotify.Local.Edge;

/// <summary>
/// The CDN of one machine: serves <c>/tracks/…</c>, <c>/episodes/…</c> and <c>/chapters/…</c> for URLs signed in either format. The
/// signature is verified against the request target exactly as received, and the object is looked up by the same bytes, without decoding
/// or normalization in between.
/// </summary>
public static class EdgeEndpoints
{
    private const string ImmutableForAYear = "public, max-age=31536000, immutable";

    private static readonly IUrlSigner[] Formats = [new CloudCdnSigner(), new PartnerCdnSigner()];

    /// <summary>
    /// Maps the edge. Requires <see cref="DirectoryObjectStore"/>, <see cref="SigningKeys"/> and <see cref="TimeProvider"/>; uses
    /// <see cref="PublicUrlOptions"/> if configured.
    /// </summary>
    /// <exception cref="InvalidOperationException">A service is missing, or an option is invalid.</exception>
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
            group.Map(prefix + "{**name}", context => ServeSignedAsync(context, prefix)).WithDisplayName($"Edge: {prefix}…")
                .WithName($"get-{kind}-file").WithSummary("Get a file at a signed URL");
        }

        group.WithTags("Files")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), ["application/octet-stream"]));
        return group;

        Task ServeSignedAsync(HttpContext context, string prefix)
        {
            if (PublicFiles.AnswerWithoutFile(context) is { } answer) return answer;
            var now = clock.GetUtcNow();
            var baseUrl = publicBase ?? $"{context.Request.Scheme}://{context.Request.Host.Value}";
            if (!TryGetTarget(context, baseUrl, out var target)) return Forbidden(context, "The URL is signed for another host.");
            var verdict = Verify(baseUrl, target, now);
            if (!verdict.IsValid) return Forbidden(context, Reason(verdict.Status));

            var path = WithoutQuery(target);
            return path.StartsWith(prefix, StringComparison.Ordinal) ? SendAsync(context, path[1..], now) : NotFound(context);
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

        async Task SendAsync(HttpContext context, string name, DateTimeOffset now)
        {
            using var file = store.OpenFile(name);
            if (file is null) await NotFound(context).ConfigureAwait(false);
            else await FileResponse.SendAsync(context, file, MediaTypes.Of(name), ImmutableForAYear, now).ConfigureAwait(false);
        }
    }

    private static Task Forbidden(HttpContext context, string reason) =>
        EdgeErrors.WriteAsync(context, StatusCodes.Status403Forbidden, reason);

    private static Task NotFound(HttpContext context) =>
        EdgeErrors.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such file.");

    /// <summary>
    /// Gets the request target in origin form. Converts the absolute form of proxies (RFC 9112 §3.2.2) if it starts with the base URL.
    /// </summary>
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

    private static string Reason(SignatureStatus status) => status switch
    {
        SignatureStatus.Missing => "The URL is not signed.",
        SignatureStatus.Expired => "The URL has expired.",
        SignatureStatus.UnknownKey => "The URL is signed with an unknown key.",
        _ => "The URL's signature is invalid.",
    };
}
