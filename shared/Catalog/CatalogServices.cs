using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Catalog.ResumePoints;

namespace Spotify.Catalog;

/// <summary>Registration of the services that read the catalog.</summary>
public static class CatalogServices
{
    /// <summary>
    /// Registers <see cref="CatalogReader"/>, <see cref="CatalogService"/> and <see cref="ResumePointStore"/>. The host registers the
    /// database and the clock.
    /// </summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton<CatalogReader>();
        services.TryAddSingleton<CatalogService>();
        services.TryAddSingleton<ResumePointStore>();
        services.TryAddSingleton<ResumePointPages>();
        services.TryAddSingleton<ShownResumePoints>();
        return services;
    }
}
