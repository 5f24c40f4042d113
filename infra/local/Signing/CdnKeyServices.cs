using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Signing;

namespace Spotify.Local.Signing;

/// <summary>Registration of the keys that sign audio URLs.</summary>
public static class CdnKeyServices
{
    /// <summary>Adds <see cref="SigningKeys"/>. Requires a <see cref="DataDirectory"/>. Can be called more than once.</summary>
    public static IServiceCollection AddCdnKeys(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new SigningKeys(CdnKeys.Load(provider.GetRequiredService<DataDirectory>())));
        return services;
    }
}
