using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.Passkeys;
using Spotify.Functions.Accounts.Tokens;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>Registration of the sign-in of one machine: accounts by invitation, passkeys, and development tokens.</summary>
public static class LocalSignIn
{
    /// <summary>Registers the accounts of the machine, with which listeners sign in.</summary>
    public static IServiceCollection AddLocalSignIn(this IServiceCollection services)
    {
        services.AddOptions<AccountsOptions>().BindConfiguration("Accounts");
        return PasskeyPages.Add(services)
            .AddSingleton<DevelopmentAccess>()
            .AddSingleton<DevelopmentTokens>()
            .AddSingleton<LocalAccounts>()
            .AddSingleton<ISignIn>(provider => provider.GetRequiredService<LocalAccounts>())
            .AddSingleton<ListenerPages>()
            .AddSingleton<InvitationSection>()
            .AddSingleton<IAccountSection>(provider => provider.GetRequiredService<InvitationSection>());
    }

    /// <summary>Maps the pages of invitations.</summary>
    public static IEndpointRouteBuilder MapLocalSignIn(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapSecureGroup();
        pages.MapInvitations();
        PasskeyPages.Map(pages);
        ListenerPages.Map(pages);
        AccountPages.MapForm<InvitationSection>(pages, "invite", (section, user, form, ct) => section.InviteAsync(user, form, ct));
        return routes;
    }
}
