using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Signing;

/// <summary>Registration of the keys of access tokens and licenses. Every method can be called more than once.</summary>
public static class SigningServices
{
    /// <summary>Adds <see cref="ITokenKeys"/> with <see cref="TokenKeyOptions"/>.</summary>
    public static IServiceCollection AddTokenKeys(this IServiceCollection services) => services
        .AddAdapterOptions<TokenKeyOptions, TokenKeyOptionsValidator>("")
        .AddAdapter<ITokenKeys, TokenKeyRing>();

    /// <summary>Adds <see cref="ILicenseKeys"/> with <see cref="LicenseKeyOptions"/>.</summary>
    public static IServiceCollection AddLicenseKeys(this IServiceCollection services) => services
        .AddAdapterOptions<LicenseKeyOptions, LicenseKeyOptionsValidator>("")
        .AddAdapter<ILicenseKeys, LicenseKeyRing>();

    /// <summary>Adds <see cref="IMasterKeys"/> with <see cref="MasterKeyOptions"/>.</summary>
    public static IServiceCollection AddMasterKeys(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        return services
            .AddAdapterOptions<MasterKeyOptions, MasterKeyOptionsValidator>("")
            .AddAdapter<IMasterKeys, KmsMasterKeys>((keys, ct) => keys.WarmUpAsync(ct));
    }
}
