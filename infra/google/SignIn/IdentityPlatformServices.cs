using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Hosting;
using Spotify.Web.Identity;

namespace Spotify.Google.SignIn;

/// <summary>Registration of <see cref="IdentityPlatformSignIn"/>.</summary>
public static class IdentityPlatformServices
{
    /// <summary>Adds <see cref="ISignIn"/> with <see cref="IdentityPlatformOptions"/>. Can be called more than once.</summary>
    public static IServiceCollection AddIdentityPlatform(this IServiceCollection services)
    {
        services.TryAddSingleton<IKeySetSource, HttpKeySetSource>();
        services.TryAddSingleton<Credentials>();
        return services
            .AddAdapterOptions<IdentityPlatformOptions, IdentityPlatformOptionsValidator>(IdentityPlatformOptions.Section)
            .AddAdapter<ISignIn, IdentityPlatformSignIn>((signIn, ct) => signIn.WarmUpAsync(ct));
    }
}
