using Microsoft.Extensions.Options;
using Spotify.Functions.Accounts;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Identity;

/// <summary>Registration of the identity of one machine: its own issuer, keys and accounts.</summary>
public static class LocalIdentity
{
    /// <summary>The <c>iss</c> of the tokens.</summary>
    public const string Issuer = "https://spotify-serverless.invalid";

    /// <summary>The <c>aud</c> of the tokens of users and apps.</summary>
    public const string Audience = "spotify-serverless";

    /// <summary>Adds the issuer with its keys, the accounts, and verifiers that accept its tokens.</summary>
    /// <param name="services">The services.</param>
    /// <param name="developmentTokens">Whether callers on this machine get tokens without signing in.</param>
    public static IServiceCollection AddLocalIdentity(this IServiceCollection services, bool developmentTokens)
    {
        // The library that verifies tokens uses the system's clock.
        services.AddSingleton(provider => new TokenIssuer(
            provider.GetRequiredService<ITokenKeys>(), provider.GetRequiredService<IOptions<AccessTokenOptions>>(), TimeProvider.System));
        services.AddSingleton<ITokenKeys, TokenKeyFiles>();
        services.AddSingleton<ServiceTokens>();
        services.AddLocalSignIn();
        services.AddSingleton<Google.Apis.Http.IHttpClientFactory, OwnKeySet>();
        services.Configure<AccountsOptions>(accounts => accounts.DevelopmentTokens = developmentTokens);
        services.AddOptions<AccessTokenOptions>().Configure<ITokenKeys>((tokens, keys) =>
        {
            tokens.Issuer = Issuer;
            tokens.Audience = Audience;
            tokens.JwksUrl = OwnKeySet.UrlOf(keys);
        });
        services.AddOptions<ServiceCallerOptions>().Configure<ITokenKeys>((callers, keys) =>
        {
            callers.Issuer = Issuer;
            callers.Audience = ServiceTokens.Audience;
            callers.JwksUrl = OwnKeySet.UrlOf(keys);
            callers.Emails = [ServiceTokens.Email];
        });
        return services;
    }
}
