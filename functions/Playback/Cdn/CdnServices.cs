using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>Registers the choice of CDN.</summary>
public static class CdnServices
{
    /// <summary>Adds the CDNs that the configuration has under <c>Cdn</c>. It may be called more than once.</summary>
    public static IServiceCollection AddConfiguredCdns(this IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(CdnSelector))) services.AddCdns().BindConfiguration("Cdn");
        return services;
    }

    /// <summary>
    /// Adds <see cref="CdnSelector"/>, <see cref="CdnUrls"/>, <see cref="CdnHealth"/> and <see cref="FailureReports"/>, and has
    /// <see cref="CdnOptions"/> checked at start. They need <see cref="Domain.Signing.SigningKeys"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static OptionsBuilder<CdnOptions> AddCdns(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<CdnOptions>, CdnOptionsValidator>();
        services.AddSingleton<CdnHealth>();
        services.AddSingleton<CdnSelector>();
        services.AddSingleton<CdnUrls>();
        services.AddSingleton<FailureReports>();
        return services.AddOptions<CdnOptions>().ValidateOnStart();
    }
}
