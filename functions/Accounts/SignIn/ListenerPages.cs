using Spotify.Domain.Users;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.Removal;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The list of the accounts of a machine, for its owner.</summary>
internal sealed class ListenerPages(LocalAccounts accounts, Sessions sessions, ListenerCountry countries)
{
    /// <summary>The path of the list.</summary>
    public const string Path = "/account/listeners";

    private const int PageSize = 50;

    /// <summary>Maps the list and its form.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context, ListenerPages pages, string? after, CancellationToken ct) =>
            pages.ShowAsync(context, after ?? "", ct)).ExcludeFromDescription();
        AccountPages.MapForm<ListenerPages>(routes, "listeners/password", (pages, user, form, ct) => pages.ResetAsync(user, form, ct));
    }

    private async Task ShowAsync(HttpContext context, string after, CancellationToken ct)
    {
        if (await sessions.UserOfAsync(context, ct) is not { } user)
        {
            Page.Redirect(context, SignInEndpoints.Address(Path));
            return;
        }

        if (!await accounts.IsOwnerAsync(user, ct))
        {
            await Page.RefuseAsync(context, "Only the owner sees the accounts.", StatusCodes.Status403Forbidden);
            return;
        }

        var token = FormToken.FieldFor(context);
        var isRecent = await sessions.IsRecentAsync(context, ct);
        var page = await accounts.ListAsync(after, PageSize + 1, ct);
        var next = page.Count > PageSize ? $"{Path}?after={Uri.EscapeDataString(page[PageSize - 1].UserId)}" : null;
        await Page.WriteAsync(
            context,
            "Accounts",
            $"""
             {(isRecent ? Html.Empty : Sessions.SignInAgain(Path, "create links for listeners"))}
             <ul>{Html.Each(page.Take(PageSize), account =>
                 $"""
                  <li>{account.UserId}{(account.IsOwner ? " (owner)" : "")}
                  {(isRecent ? PasswordForm(account.UserId, token) : Html.Empty)}
                  <a href="{RemovalPages.AddressOf(account.UserId)}">Remove</a></li>
                  """)}</ul>
             {(next is null ? Html.Empty : Html.Of($"<p><a href=\"{next}\">More</a></p>"))}
             <p><a href="{AccountPages.Path}">Your account</a></p>
             """);
    }

    private static Html PasswordForm(string user, Html token) => Html.Of(
        $"""
         <form method="post" action="{Path}/password">{token}<button name="user" value="{user}">New password</button></form>
         """);

    private async Task<Html> ResetAsync(string user, Form form, CancellationToken ct)
    {
        if (!await accounts.IsOwnerAsync(user, ct))
            throw new ApiException(StatusCodes.Status403Forbidden, "Only the owner can reset passwords");
        await sessions.RequireRecentAsync(form.Context, ct);
        var listener = form.Text("user");
        if (!await accounts.ExistsAsync(listener, ct)) throw ApiException.BadRequest($"There is no account {listener}");
        var link = await accounts.InviteAsync(new Invitation(listener, IsOwner: false, Product.Free, countries.Default), ct);
        return Html.Of(
            $"""
             <p>Send {listener} this link to choose a new password. It works once, for a week:</p>
             <p><code>{InvitationEndpoints.Address(form.Origin, link)}</code></p>
             """);
    }
}
