namespace Spotify.Google.EntryPoints;

/// <summary>A function that anyone may call, without a token.</summary>
/// <inheritdoc cref="FunctionEntryPoint" path="/param"/>
public abstract class PublicEntryPoint(Action<IServiceCollection> services, Action<IEndpointRouteBuilder> routes) : FunctionEntryPoint(services, routes)
{
    /// <inheritdoc/>
    protected sealed override void AddKind(IServiceCollection services)
    {
    }
}
