using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>Registration of the services that select CDNs and sign their URLs.</summary>
public static class CdnServices
{
    /// <summary>Registers the CDNs in the configuration section <c>Cdn</c>. Can be called more than once.</summary>
    public static IServiceCollection AddConfiguredCdns(this IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(CdnSelector))) services.AddCdns().BindConfiguration("Cdn");
        return services;
    }

    /// <summary>
    /// Registers <see cref="CdnSelector"/>, <see cref="CdnUrls"/>, <see cref="CdnHealth"/> and <see cref="FailureReports"/>, and validates
    /// <see cref="CdnOptions"/> at startup. The host registers <see cref="Domain.Signing.SigningKeys"/> and <see cref="TimeProvider"/>.
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
