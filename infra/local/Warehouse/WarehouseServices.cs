using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Local.Warehouse;

/// <summary>Registration of <see cref="SqliteWarehouse"/>.</summary>
public static class WarehouseServices
{
    /// <summary>
    /// Adds <see cref="IWarehouse"/>. Requires a <see cref="DataDirectory"/> and <see cref="IObjectStore"/>. Can be called more than once.
    /// </summary>
    public static IServiceCollection AddSqliteWarehouse(this IServiceCollection services)
    {
        services.TryAddSingleton<IWarehouse>(provider => new SqliteWarehouse(
            provider.GetRequiredService<DataDirectory>().Warehouse,
            WarehouseSchema.Current,
            provider.GetRequiredService<IObjectStore>()));
        return services;
    }
}
