using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;

namespace Spotify.Local.LiveDocuments;

/// <summary>Registration of <see cref="SqlitePlayerStates"/>.</summary>
public static class PlayerStateServices
{
    /// <summary>
    /// Adds <see cref="IPlayerStates"/> and <see cref="IPlayerStateFeed"/>. Requires a <see cref="DataDirectory"/>. Can be called more than
    /// once.
    /// </summary>
    public static IServiceCollection AddSqlitePlayerStates(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new SqlitePlayerStates(provider.GetRequiredService<DataDirectory>().Players));
        services.TryAddSingleton<IPlayerStates>(provider => provider.GetRequiredService<SqlitePlayerStates>());
        services.TryAddSingleton<IPlayerStateFeed>(provider => provider.GetRequiredService<SqlitePlayerStates>());
        return services;
    }
}
