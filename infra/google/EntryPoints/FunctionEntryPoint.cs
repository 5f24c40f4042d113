using Google.Cloud.Functions.Framework;
using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Hosting;
using Spotify.Hosting;
using Spotify.Hosting.Telemetry;
using Spotify.Web;

namespace Spotify.Google.EntryPoints;

/// <summary>
/// What a function of any kind is to the Functions Framework: its own startup, and what handles the requests that no endpoint takes. The
/// framework makes one instance for the former, and one for each of the latter.
/// </summary>
/// <param name="services">Adds the function and the adapters that it uses.</param>
/// <param name="routes">Maps its endpoints.</param>
public abstract class FunctionEntryPoint(Action<IServiceCollection> services, Action<IEndpointRouteBuilder> routes) : FunctionsStartup, IHttpFunction
{
    /// <inheritdoc/>
    public sealed override void ConfigureLogging(WebHostBuilderContext context, ILoggingBuilder logging) => logging.AddCloudLog();

    /// <inheritdoc/>
    public sealed override void ConfigureServices(WebHostBuilderContext context, IServiceCollection collection)
    {
        collection.AddRouting().AddTelemetry();
        AddKind(collection);
        services(collection);
    }

    /// <inheritdoc/>
    public sealed override void Configure(WebHostBuilderContext context, IApplicationBuilder app)
    {
        app.UseWarmUp().UseRouting().UseTelemetry();
        UseKind(app);
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapHealth();
            routes(endpoints);
        });
    }

    /// <summary>Answers 404.</summary>
    public virtual Task HandleAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Adds what every function of this kind needs.</summary>
    protected abstract void AddKind(IServiceCollection services);

    /// <summary>Adds middleware between routing and endpoints: errors in the wire format, unless the kind has more.</summary>
    protected virtual void UseKind(IApplicationBuilder app) => app.UseApiErrors();
}
