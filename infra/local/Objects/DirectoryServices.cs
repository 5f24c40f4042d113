using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;

namespace Spotify.Local.Objects;

/// <summary>Registration of <see cref="DirectoryObjectStore"/>.</summary>
public static class DirectoryServices
{
    /// <summary>Adds <see cref="IObjectStore"/>. Requires a <see cref="DataDirectory"/>. Can be called more than once.</summary>
    public static IServiceCollection AddDirectoryObjects(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new DirectoryObjectStore(provider.GetRequiredService<DataDirectory>().Objects));
        services.TryAddSingleton<IObjectStore>(provider => provider.GetRequiredService<DirectoryObjectStore>());
        return services;
    }
}
