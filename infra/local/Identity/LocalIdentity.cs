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
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<ITokenKeys, TokenKeyFiles>();
        services.AddSingleton<ILicenseKeys, LicenseKeyFiles>();
        services.AddSingleton<ServiceTokens>();
        services.AddLocalSignIn();
        services.AddSingleton<IKeySetSource, OwnKeySet>();
        services.Configure<AccountsOptions>(accounts => accounts.DevelopmentTokens = developmentTokens);
        services.AddOptions<AccessTokenOptions>().Configure(tokens =>
        {
            tokens.Issuer = Issuer;
            tokens.Audience = Audience;
            tokens.JwksUrl = OwnKeySet.Url;
        });
        services.AddOptions<ServiceCallerOptions>().Configure(callers =>
        {
            callers.Issuer = Issuer;
            callers.Algorithm = AccessTokenVerifier.Algorithm;
            callers.Audience = ServiceTokens.Audience;
            callers.JwksUrl = OwnKeySet.Url;
            callers.Emails = [ServiceTokens.Email];
        });
        return services;
    }
}
