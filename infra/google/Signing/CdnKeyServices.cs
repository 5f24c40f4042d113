using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;
using Spotify.Functions.Playback.Cdn;
using Spotify.Hosting;

namespace Spotify.Google.Signing;

/// <summary>Registration of the keys that sign audio URLs.</summary>
public static class CdnKeyServices
{
    /// <summary>
    /// Adds <see cref="SigningKeys"/> with <see cref="CdnKeyOptions"/>. The host starts only if a CDN is configured, because the default,
    /// the edge of one machine, does not exist in the cloud. Can be called more than once.
    /// </summary>
    public static IServiceCollection AddCdnKeys(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(SigningKeys))) return services;
        services.AddOptions<CdnOptions>().Validate(options => options.Cdns.Count > 0, "Cdn:Cdns:0 is missing: its Name and BaseUrl.");
        services.AddAdapterOptions<CdnKeyOptions, CdnKeyOptionsValidator>("");
        return services.AddSingleton(provider => new SigningKeys(
            CdnKeys.Load(provider.GetRequiredService<IOptions<CdnKeyOptions>>().Value)));
    }
}
