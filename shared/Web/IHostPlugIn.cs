namespace Spotify.Web;

/// <summary>An optional part of a host, such as the demo catalog, with its own services, middleware and initial data.</summary>
public interface IHostPlugIn
{
    /// <summary>Registers the plug-in's services. The host has registered the ports and the functions before.</summary>
    void AddServices(IServiceCollection services);

    /// <summary>Adds the plug-in's middleware, which runs after authentication and before the endpoints.</summary>
    void UseMiddleware(IApplicationBuilder app);

    /// <summary>Prepares the plug-in's data. Called at every start, before the host accepts requests.</summary>
    /// <returns>A line to show to the operator, or null.</returns>
    Task<string?> PrepareAsync(IServiceProvider services, CancellationToken ct);
}
