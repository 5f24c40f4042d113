using Microsoft.Extensions.Options;
using Spotify.Hosting;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Signing;

/// <summary>Registration of the keys that sign access tokens.</summary>
public static class TokenKeyServices
{
    /// <summary>Adds <see cref="ITokenKeys"/> with <see cref="TokenKeyOptions"/>. Can be called more than once.</summary>
    public static IServiceCollection AddTokenKeys(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ITokenKeys))) return services;
        services.AddAdapterOptions<TokenKeyOptions, TokenKeyOptionsValidator>("");
        return services.AddSingleton<ITokenKeys>(provider =>
            new TokenKeyRing(provider.GetRequiredService<IOptions<TokenKeyOptions>>().Value));
    }
}
