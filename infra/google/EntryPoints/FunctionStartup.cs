using Google.Cloud.Functions.Framework;
using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Hosting;
using Spotify.Hosting;
using Spotify.Hosting.Telemetry;
using Spotify.Web;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Caller = Spotify.Web.Functions.Caller;

namespace Spotify.Google.EntryPoints;

/// <summary>The startup of a function's host: telemetry, authorization of the caller, adapters, services and endpoints.</summary>
/// <param name="definition">The function; null for that of the entry point that the framework starts.</param>
public sealed class FunctionStartup(FunctionDefinition? definition) : FunctionsStartup
{
    /// <summary>Creates the startup of the entry point that the framework starts.</summary>
    public FunctionStartup() : this(null)
    {
    }

    /// <inheritdoc/>
    public override void ConfigureLogging(WebHostBuilderContext context, ILoggingBuilder logging) => logging.AddCloudLog();

    /// <inheritdoc/>
    public override void ConfigureServices(WebHostBuilderContext context, IServiceCollection services)
    {
        var function = definition ?? DefinitionOf(services);
        services.AddSingleton(function).AddRouting().AddRequestLimits().AddTelemetry();
        AddCaller(services, function.Caller);
        services.AddAdapters(function);
        function.AddServices(services);
    }

    /// <inheritdoc/>
    public override void Configure(WebHostBuilderContext context, IApplicationBuilder app)
    {
        var function = app.ApplicationServices.GetRequiredService<FunctionDefinition>();
        app.UseWarmUp().UseRouting().UseTelemetry();
        _ = function.Caller == Caller.Listeners ? app.UseWebApi() : app.UseApiErrors();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapHealth();
            function.MapRoutes(endpoints);
        });
    }

    private static void AddCaller(IServiceCollection services, Caller caller)
    {
        switch (caller)
        {
            case Caller.Listeners:
                services.AddWebApi();
                // Behind the load balancer, a request contains neither the address that clients use nor the address of the client.
                services.AddOptions<PublicUrlOptions>().Validate(options => options.PublicUrl is not null, "PublicUrl is missing.");
                services.AddOptions<ListenerCountryOptions>()
                    .Validate(options => options.ClientRegionHeader is not null, "ClientRegionHeader is missing.");
                services.AddWarmUp((provider, ct) => provider.GetRequiredService<AccessTokenVerifier>().WarmUpAsync(ct));
                break;
            case Caller.Anyone:
                break;
            default:
                services.AddServiceCallers();
                services.AddWarmUp((provider, ct) => provider.GetRequiredService<ServiceCallerVerifier>().WarmUpAsync(ct));
                break;
        }
    }

    // The framework registers the type of the entry point before it runs the startup.
    private static FunctionDefinition DefinitionOf(IServiceCollection services)
    {
        var entryPoint = services.Last(service => service.ServiceType == typeof(IHttpFunction)).ImplementationType!;
        return ((FunctionEntryPoint)Activator.CreateInstance(entryPoint)!).Definition;
    }
}
