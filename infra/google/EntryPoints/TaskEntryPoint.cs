using Spotify.Web.Identity;

namespace Spotify.Google.EntryPoints;

/// <summary>A function that the task queue or the scheduler calls, and nobody else may.</summary>
/// <inheritdoc cref="FunctionEntryPoint" path="/param"/>
public abstract class TaskEntryPoint(Action<IServiceCollection> services, Action<IEndpointRouteBuilder> routes) : FunctionEntryPoint(services, routes)
{
    /// <inheritdoc/>
    protected sealed override void AddKind(IServiceCollection services) => services.AddServiceCallers();
}
