using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Authorize;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web.Functions;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Accounts;

/// <summary>The function <c>accounts</c>: the authorization server.</summary>
public static class AccountsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("accounts", Caller.Anyone)
    {
        AddServices = services => services.AddAccounts(),
        MapRoutes = routes => routes.MapAccounts(),
        Uses = new Resources { Database = Access.Write },
    };

    private static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<AccountsOptions>().BindConfiguration("Accounts");
        services.TryAddSingleton<TokenIssuer>();
        return services
            .AddSingleton<AppRegistry>()
            .AddSingleton<AppGrants>()
            .AddSingleton<RefreshTokens>()
            .AddSingleton<AuthorizationCodes>()
            .AddSingleton<TokenService>()
            .AddSingleton<DevelopmentAccess>()
            .AddSingleton<DevelopmentTokens>()
            .AddSingleton<AuthorizeFlow>()
            .AddSingleton<Sessions>()
            .AddSingleton<LocalAccounts>()
            .AddSingleton<GuessLimiter>()
            .AddSingleton<AccountPages>();
    }

    private static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapTokens();
        var pages = routes.MapSecureGroup();
        pages.MapAuthorize();
        pages.MapSignIn();
        pages.MapSignOut();
        pages.MapInvitations();
        AccountPages.Map(pages);
        return routes;
    }
}
