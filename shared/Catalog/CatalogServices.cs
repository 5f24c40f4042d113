using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Spotify.Catalog;

/// <summary>Registration of the services that read the catalog.</summary>
public static class CatalogServices
{
    /// <summary>Registers <see cref="CatalogReader"/> and <see cref="CatalogService"/>. The host registers the database.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton<CatalogReader>();
        services.TryAddSingleton<CatalogService>();
        return services;
    }
}
