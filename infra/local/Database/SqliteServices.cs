using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Local.Database;

/// <summary>Registration of <see cref="SqliteDatabase"/> and <see cref="SqliteSearchIndex"/>.</summary>
public static class SqliteServices
{
    /// <summary>
    /// Adds <see cref="IDatabase"/> and <see cref="ISearchIndex"/>. Requires a <see cref="DataDirectory"/>. Can be called more than once.
    /// </summary>
    public static IServiceCollection AddSqlite(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new SqliteDatabase(provider.GetRequiredService<DataDirectory>().Database, Schema.Current));
        services.TryAddSingleton<IDatabase>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.TryAddSingleton<SqliteSearchIndex>();
        services.TryAddSingleton<ISearchIndex>(provider => provider.GetRequiredService<SqliteSearchIndex>());
        return services;
    }
}
