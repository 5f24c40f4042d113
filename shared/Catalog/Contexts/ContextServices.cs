using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Spotify.Catalog.Contexts;

/// <summary>Registration of the services that read contexts.</summary>
public static class ContextServices
{
    /// <summary>Registers <see cref="ContextPages"/> and <see cref="ContextReader"/>. The host registers the database.</summary>
    public static IServiceCollection AddContexts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ContextPages>();
        services.TryAddSingleton<ContextReader>();
        return services;
    }
}
