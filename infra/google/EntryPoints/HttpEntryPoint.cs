using Spotify.Web;

namespace Spotify.Google.EntryPoints;

/// <summary>A function that answers clients of the Web API.</summary>
/// <inheritdoc cref="FunctionEntryPoint" path="/param"/>
public abstract class HttpEntryPoint(Action<IServiceCollection> services, Action<IEndpointRouteBuilder> routes) : FunctionEntryPoint(services, routes)
{
    /// <inheritdoc/>
    protected sealed override void AddKind(IServiceCollection services)
    {
        services.AddWebApi();
        // Behind the load balancer a request does not say what address clients know.
        services.AddOptions<PublicUrlOptions>().Validate(options => options.PublicUrl is not null, "PublicUrl is missing.");
    }

    /// <inheritdoc/>
    protected sealed override void UseKind(IApplicationBuilder app) => app.UseWebApi();
}
