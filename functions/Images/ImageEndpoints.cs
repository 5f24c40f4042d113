using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Files;

namespace Spotify.Functions.Images;

/// <summary>The endpoint for images, <c>/images/{id}/{size}.jpg</c>. Images are public, cacheable and sent whole.</summary>
public static partial class ImageEndpoints
{
    // An id is a hash of the original image, not of the scaled one, and covers can be removed. The limit ensures that caches drop images
    // that were scaled again or removed.
    private const string ThirtyDays = "public, max-age=2592000";

    /// <summary>Registers the services of the endpoint. The host registers <see cref="IObjectStore"/>.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>Maps the endpoint for all methods, so that all responses have the same headers.</summary>
    public static IEndpointRouteBuilder MapImages(this IEndpointRouteBuilder routes)
    {
        routes.Map("/images/{id}/{file}", ServeAsync).WithDisplayName("Images")
            .WithTags("Files").WithName("get-image").WithSummary("Get an image")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), ["image/jpeg"]));
        return routes;
    }

    private static Task ServeAsync(HttpContext context)
    {
        if (PublicFiles.AnswerWithoutFile(context) is { } answer) return answer;
        return Target().Match(OriginForm(context)) is { Success: true } target
            ? SendAsync(context, target.Groups["name"].Value)
            : NotFoundAsync(context);
    }

    private static async Task SendAsync(HttpContext context, string name)
    {
        var (request, response, ct) = (context.Request, context.Response, context.RequestAborted);
        var store = context.RequestServices.GetRequiredService<IObjectStore>();
        if (await store.FindAsync(name, ct) is not { } image)
        {
            await NotFoundAsync(context);
            return;
        }

        var validators = Validators.Of(image.Size, image.Modified, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var outcome = Preconditions.Evaluate(request.Headers, validators);
        if (outcome == PreconditionOutcome.Failed)
        {
            await ErrorHandling.WriteAsync(
                context, StatusCodes.Status412PreconditionFailed, "The file is not the one that the request is about.");
            return;
        }

        var hasContent = outcome == PreconditionOutcome.Proceed && HttpMethods.IsGet(request.Method);
        await using var content = hasContent ? await OpenAsync(store, name, ct) : Stream.Null;
        if (content is null)
        {
            await NotFoundAsync(context);
            return;
        }

        response.Headers.ETag = validators.EntityTag.Tag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(validators.LastModified);
        response.Headers.CacheControl = ThirtyDays;
        if (outcome == PreconditionOutcome.NotModified)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "image/jpeg";
        response.ContentLength = image.Size;
        await content.CopyToAsync(response.Body, ct);
    }

    /// <summary>Opens an image. Returns null if it was removed in the meantime.</summary>
    private static async Task<Stream?> OpenAsync(IObjectStore store, string name, CancellationToken ct)
    {
        try
        {
            return await store.OpenReadAsync(name, null, ct);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static Task NotFoundAsync(HttpContext context) =>
        ErrorHandling.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such file.");

    /// <summary>Returns the raw request target, without scheme and authority if it is in absolute form (RFC 9112 §3.2.2).</summary>
    private static string OriginForm(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var authority = $"{context.Request.Scheme}://{context.Request.Host.Value}";
        return target.StartsWith(authority, StringComparison.Ordinal) ? target[authority.Length..] : target;
    }

    // Matches the raw target, without decoding, so that an image has exactly one URL and caches store it once.
    [GeneratedRegex(@"\A/(?<name>images/[-_0-9A-Za-z]{1,64}/[-_0-9A-Za-z]{1,64}\.jpg)(\?|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Target();
}
