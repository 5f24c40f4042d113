using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Spotify.Domain.Ports;
using Spotify.Web.Identity.Issuing;
using Spotify.Web.Wire;

namespace Spotify.Web;

/// <summary>A writer of errors in the wire format.</summary>
public static class ErrorHandling
{
    /// <summary>The reason of a 503 error while keys of licenses cannot be opened.</summary>
    public const string LicensesUnavailable = "LICENSES_UNAVAILABLE";

    // A key service that is down is back within minutes, and devices play with the licenses that they have.
    private static readonly TimeSpan LicensesRetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Converts exceptions, and status codes without a body, to the wire format.</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => WriteAsync(context, context.Features.Get<IExceptionHandlerFeature>()!.Error),
            // Cancellations are logged unless the client is gone, because only their stack trace shows which deadline was exceeded.
            SuppressDiagnosticsCallback = context =>
                context.Exception is ApiException or BadHttpRequestException or BusOverloadedException
                || (context.Exception is OperationCanceledException && context.HttpContext.RequestAborted.IsCancellationRequested),
        });
        return app.UseStatusCodePages(context =>
        {
            var status = context.HttpContext.Response.StatusCode;
            return WriteAsync(context.HttpContext, status, Message(status));
        });
    }

    /// <summary>Writes an error in the wire format.</summary>
    public static Task WriteAsync(HttpContext context, int status, string message, string? reason = null)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        var error = new ErrorResponse(new ErrorObject(status, message, reason));
        return context.Response.WriteAsJsonAsync(error, WireJson.Default.ErrorResponse);
    }

    private static Task WriteAsync(HttpContext context, Exception exception) => exception switch
    {
        ApiException api => WriteAsync(context, api),
        BadHttpRequestException bad => WriteAsync(context, bad.StatusCode, Explain(bad)),
        OperationCanceledException when context.RequestAborted.IsCancellationRequested => Task.CompletedTask,
        BusOverloadedException =>
            WriteUnavailableAsync(context, "The service is busy; try again later", BusOverloadedException.RetryAfter),
        MasterKeysUnavailableException or LicenseKeysUnavailableException =>
            WriteUnavailableAsync(context, "Licenses are unavailable; try again later", LicensesRetryAfter, LicensesUnavailable),
        OperationCanceledException or TimeoutException =>
            WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The service is busy; try again"),
        _ => WriteAsync(context, StatusCodes.Status500InternalServerError, "Internal server error"),
    };

    private static Task WriteUnavailableAsync(HttpContext context, string message, TimeSpan retryAfter, string? reason = null)
    {
        SetRetryAfter(context, retryAfter);
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, message, reason);
    }

    private static void SetRetryAfter(HttpContext context, TimeSpan retryAfter) =>
        context.Response.Headers.RetryAfter = retryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private static Task WriteAsync(HttpContext context, ApiException exception)
    {
        if (exception.Challenge is { } challenge) context.Response.Headers.WWWAuthenticate = challenge;
        if (exception.RetryAfter is { } retryAfter) SetRetryAfter(context, retryAfter);
        return WriteAsync(context, exception.Status, exception.Message, exception.Reason);
    }

    private static string Message(int status) => status switch
    {
        StatusCodes.Status404NotFound => "Service not found",
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status415UnsupportedMediaType => "The body should be JSON: send Content-Type: application/json",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };

    private static string Explain(BadHttpRequestException exception) => exception.InnerException is JsonException json
        ? $"Error parsing JSON at {json.Path ?? "$"}"
        : exception.Message;
}
