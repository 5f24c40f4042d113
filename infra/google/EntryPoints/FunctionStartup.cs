using Google.Cloud.Functions.Framework;
using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Spotify.Hosting;
using Spotify.Hosting.Telemetry;
using Spotify.Recommendations.Publishing;
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
        AddCaller(services, function);
        services.AddAdapters(function);
        function.AddServices(services);
        if (services.Any(service => service.ServiceType == typeof(ModelHolder))) services.AddWarmUp(LoadModelAsync);
    }

    /// <inheritdoc/>
    public override void Configure(WebHostBuilderContext context, IApplicationBuilder app)
    {
        var function = app.ApplicationServices.GetRequiredService<FunctionDefinition>();
        if (function.SignsListenersIn) app.UseForwardedHeaders();
        app.UseWarmUp().UseRouting().UseTelemetry();
        _ = function.Caller == Caller.Listeners ? app.UseWebApi() : app.UseApiErrors();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapHealth();
            function.MapRoutes(endpoints);
        });
    }

    // Does not fail: without a model, functions have other lists.
    private static async Task LoadModelAsync(IServiceProvider provider, CancellationToken ct)
    {
        using var model = await provider.GetRequiredService<ModelHolder>().RentAsync(ct);
    }

    private static void AddCaller(IServiceCollection services, FunctionDefinition function)
    {
        if (function.SignsListenersIn) AddClientAddress(services);
        switch (function.Caller)
        {
            case Caller.Listeners:
                services.AddWebApi();
                // Behind the load balancer, a request contains neither the address that clients use nor the address of the client.
                services.AddOptions<PublicUrlOptions>().Validate(options => options.PublicUrl is not null, "PublicUrl is missing.");
                services.AddOptions<ListenerCountryOptions>()
                    .Validate(options => options.ClientRegionHeader is not null, "ClientRegionHeader is missing.");
                // The function that publishes the keys would wait for itself.
                if (!function.Uses.TokenKeys)
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

    // Attempts to sign in are limited by address. The header is the load balancer's own, because Cloud Run has sent X-Forwarded-For with
    // the client at different places: https://github.com/kubernetes/registry.k8s.io/issues/63. The load balancer's value is the last one,
    // even if a client sends the header as well.
    private static void AddClientAddress(IServiceCollection services) => services.AddOptions<ForwardedHeadersOptions>()
        .Configure<IConfiguration>((options, configuration) =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            options.ForwardedForHeaderName = configuration["ClientAddressHeader"] ?? "";
            options.ForwardLimit = 1;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
        })
        .Validate(options => options.ForwardedForHeaderName.Length > 0, "ClientAddressHeader is missing.")
        .ValidateOnStart();

    // The framework registers the type of the entry point before it runs the startup.
    private static FunctionDefinition DefinitionOf(IServiceCollection services)
    {
        var entryPoint = services.Last(service => service.ServiceType == typeof(IHttpFunction)).ImplementationType!;
        return ((FunctionEntryPoint)Activator.CreateInstance(entryPoint)!).Definition;
    }
}
