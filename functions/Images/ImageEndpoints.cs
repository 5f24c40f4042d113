using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Files;

namespace Spotify.Functions.Images;

/// <summary>Covers and portraits, <c>/images/{id}/{size}.jpg</c>, for everyone: small enough to be sent whole, and kept by whatever cache stands before them.</summary>
public static partial class ImageEndpoints
{
    // Ids are made of what a picture was scaled from, not of what came out: a better scaler is seen within the month, and a cover that was
    // removed is gone from every cache.
    private const string ThirtyDays = "public, max-age=2592000";

    /// <summary>Adds what the endpoint needs, but for the <see cref="IObjectStore"/>.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>Maps the endpoint. Every method comes to it, so that all answers have the same headers.</summary>
    public static IEndpointRouteBuilder MapImages(this IEndpointRouteBuilder routes)
    {
        routes.Map("/images/{id}/{file}", ServeAsync).WithDisplayName("Images").ExcludeFromDescription();
        return routes;
    }

    private static Task ServeAsync(HttpContext context)
    {
        if (PublicFiles.AnswerWithoutFile(context) is { } answer) return answer;
        return Target().Match(OriginForm(context)) is { Success: true } target ? SendAsync(context, target.Groups["name"].Value) : NotFoundAsync(context);
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
            await ErrorHandling.WriteAsync(context, StatusCodes.Status412PreconditionFailed, "The file is not the one that the request is about.");
            return;
        }

        await using var content = outcome == PreconditionOutcome.Proceed && HttpMethods.IsGet(request.Method) ? await OpenAsync(store, name, ct) : Stream.Null;
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

    /// <summary>Null: it was removed a moment ago.</summary>
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

    private static Task NotFoundAsync(HttpContext context) => ErrorHandling.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such file.");

    /// <summary>The request target as it was received, without what the absolute form (RFC 9112 §3.2.2) has in front.</summary>
    private static string OriginForm(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var authority = $"{context.Request.Scheme}://{context.Request.Host.Value}";
        return target.StartsWith(authority, StringComparison.Ordinal) ? target[authority.Length..] : target;
    }

    // To the letter, as it was received: one name in one spelling, or caches would keep a picture many times over.
    [GeneratedRegex(@"\A/(?<name>images/[-_0-9A-Za-z]{1,64}/[-_0-9A-Za-z]{1,64}\.jpg)(\?|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Target();
}
