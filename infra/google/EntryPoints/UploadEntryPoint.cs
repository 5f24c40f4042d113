using Microsoft.Extensions.Hosting;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;
using Spotify.Web;
using Spotify.Web.Functions;
using Spotify.Web.Identity;

namespace Spotify.Google.EntryPoints;

/// <summary>
/// The entry point of the function that imports objects as they arrive in the upload bucket. A 2xx response acknowledges the event; it is
/// sent once the object is imported or permanently rejected. Errors cause redelivery, including 409 while another delivery is being
/// processed. A request that is not an event of Cloud Storage is logged and gets 400.
/// </summary>
/// <inheritdoc cref="FunctionEntryPoint" path="/param"/>
public abstract partial class UploadEntryPoint(FunctionDefinition definition) : FunctionEntryPoint(definition)
{
    /// <inheritdoc/>
    public sealed override async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await base.HandleAsync(context);
            return;
        }

        await context.RequestServices.GetRequiredService<ServiceCallerVerifier>().VerifyAsync(context.Request, context.RequestAborted);
        await IngestAsync(context, await ReadAsync(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task IngestAsync(HttpContext context, Upload upload)
    {
        try
        {
            // Eventarc waits for only some seconds. The import continues after the request is aborted, until the instance stops.
            var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            var result = await context.RequestServices.GetRequiredService<UploadIngest>().RunAsync(upload, stopping);
            if (result.Outcome == UploadOutcome.Busy) throw new ApiException(StatusCodes.Status409Conflict, string.Join(' ', result.Notes));
        }
        catch (IngestException e)
        {
            LogTransient(Logger(context), PrintableText.Of(upload.Name), PrintableText.Of(e.Message));
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    private static async Task<Upload> ReadAsync(HttpContext context)
    {
        try
        {
            return await ArrivedObject.ReadAsync(context.Request);
        }
        catch (BadHttpRequestException e)
        {
            LogMalformed(Logger(context), e.Message);
            throw;
        }
    }

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Spotify.Google.Uploads");

    [LoggerMessage(LogLevel.Warning, "An event was refused: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Name} will be retried: {Reason}")]
    private static partial void LogTransient(ILogger logger, string name, string reason);
}
