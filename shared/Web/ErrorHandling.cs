using Microsoft.AspNetCore.Diagnostics;
using Spotify.Web.Wire;

namespace Spotify.Web;

/// <summary>Gives every error the wire format, whoever raised it.</summary>
public static class ErrorHandling
{
    /// <summary>Answers exceptions, and statuses without a body, in the wire format.</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => WriteAsync(context, context.Features.Get<IExceptionHandlerFeature>()!.Error),
            SuppressDiagnosticsCallback = context => context.Exception is ApiException or BadHttpRequestException or OperationCanceledException,
        });
        return app.UseStatusCodePages(context => WriteAsync(context.HttpContext, context.HttpContext.Response.StatusCode, context.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "Service not found",
            StatusCodes.Status405MethodNotAllowed => "Method not allowed",
            StatusCodes.Status415UnsupportedMediaType => "The body should be JSON: send Content-Type: application/json",
            var status => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        }));
    }

    /// <summary>Writes an error in the wire format.</summary>
    public static Task WriteAsync(HttpContext context, int status, string message, string? reason = null)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new ErrorResponse(new ErrorObject(status, message, reason)), WireJson.Default.ErrorResponse);
    }

    private static Task WriteAsync(HttpContext context, Exception exception) => exception switch
    {
        ApiException api => WriteAsync(context, api.Status, api.Message, api.Reason),
        BadHttpRequestException bad => WriteAsync(context, bad.StatusCode, Explain(bad)),
        OperationCanceledException when context.RequestAborted.IsCancellationRequested => Task.CompletedTask,
        OperationCanceledException or TimeoutException => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The service is busy; try again"),
        _ => WriteAsync(context, StatusCodes.Status500InternalServerError, "Internal server error"),
    };

    private static string Explain(BadHttpRequestException exception) => exception.InnerException is System.Text.Json.JsonException json
        ? $"Error parsing JSON at {json.Path ?? "$"}"
        : exception.Message;
}
