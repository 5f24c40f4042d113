using Microsoft.Extensions.Hosting;
using Spotify.Domain.Ports;
using Spotify.Functions.Ingest;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Google.EntryPoints;

/// <summary>
/// A function that takes in objects as they arrive in a bucket. A 2xx acknowledges the event, and is answered once the object is done,
/// even where that means that it never will be; 409 while another delivery is worked on, and other failures, bring it again. What Eventarc
/// would never send is answered 400 and logged.
/// </summary>
/// <param name="services">Adds <see cref="UploadIngest"/> and the adapters that it uses.</param>
public abstract partial class UploadEntryPoint(Action<IServiceCollection> services) : FunctionEntryPoint(services, _ => { })
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

    /// <inheritdoc/>
    protected sealed override void AddKind(IServiceCollection services) => services.AddServiceCallers();

    private static async Task IngestAsync(HttpContext context, Upload upload)
    {
        try
        {
            // Whoever delivers may wait for seconds, and an import takes longer: it goes on without them, until the instance stops.
            var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            var result = await context.RequestServices.GetRequiredService<UploadIngest>().RunAsync(upload, stopping);
            if (result.Outcome == UploadOutcome.Busy) throw new ApiException(StatusCodes.Status409Conflict, string.Join(' ', result.Notes));
        }
        catch (IngestException e)
        {
            LogPassing(Logger(context), PrintableText.Of(upload.Name), PrintableText.Of(e.Message));
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

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Spotify.Google.Uploads");

    [LoggerMessage(LogLevel.Warning, "An event was refused: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Name} is tried again later: {Reason}")]
    private static partial void LogPassing(ILogger logger, string name, string reason);
}
