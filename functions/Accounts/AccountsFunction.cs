using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.AccountRemovals;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Authorize;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.Removal;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web.Functions;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Accounts;

/// <summary>The function <c>accounts</c>: the authorization server.</summary>
public static class AccountsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("accounts", Caller.Listeners)
    {
        AddServices = services => services.AddAccounts(),
        MapRoutes = routes => routes.MapAccounts(),
        Uses = new Resources { Database = Access.Write, LiveDocuments = Access.Write, TokenKeys = true, SignIn = Access.Read },
        // The key set and the metadata, so that verifiers of tokens do not wait for an instance. Nothing else says that it may be cached.
        CachedByCdn = true,
        PersonalData = AccountsPersonalData.All,
    };

    private static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton<TokenIssuer>();
        return services
            .AddAccountRemovals()
            .AddSingleton<AppRegistry>()
            .AddSingleton<AppGrants>()
            .AddSingleton<RefreshTokens>()
            .AddSingleton<AuthorizationCodes>()
            .AddSingleton<TokenService>()
            .AddSingleton<AuthorizeFlow>()
            .AddSingleton<AccountChecks>()
            .AddSingleton<Sessions>()
            .AddSingleton<SignInFlow>()
            .AddSingleton<GuessLimiter>()
            .AddSingleton<AccountPages>()
            .AddSingleton<RemovalPages>()
            .AddSingleton<IAccountSection>(provider => provider.GetRequiredService<RemovalPages>());
    }

    private static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapTokens();
        var pages = routes.MapSecureGroup();
        pages.MapAuthorize();
        pages.MapSignIn();
        pages.MapSignOut();
        AccountPages.Map(pages);
        RemovalPages.Map(pages);
        return routes;
    }
}
