using Spotify.Domain.Catalog;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.Pages;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The section of the account page on which the owner of the machine invites listeners.</summary>
internal sealed class InvitationSection(LocalAccounts accounts, Sessions sessions, ListenerCountry countries) : IAccountSection
{
    /// <inheritdoc/>
    public async Task<Html> WriteAsync(HttpContext context, string user, Html token, CancellationToken ct)
    {
        if (!await accounts.IsOwnerAsync(user, ct)) return Html.Empty;
        var form = await sessions.IsRecentAsync(context, ct)
            ? InviteForm(token)
            : Sessions.SignInAgain(AccountPages.Path, "create links for listeners");
        return Html.Of(
            $"""
             <h2>Listeners</h2>
             <p><a href="{ListenerPages.Path}">All accounts</a></p>
             {form}
             """);
    }

    /// <summary>Creates a link.</summary>
    public async Task<Html> InviteAsync(string user, Form form, CancellationToken ct)
    {
        if (!await accounts.IsOwnerAsync(user, ct)) throw new ApiException(StatusCodes.Status403Forbidden, "Only the owner can invite");
        await sessions.RequireRecentAsync(form.Context, ct);
        var existing = form.Text("user") is { Length: > 0 } name ? LocalAccounts.IdOf(name) : null;
        if (existing is not null && !await accounts.ExistsAsync(existing, ct))
            throw ApiException.BadRequest($"There is no account {existing}");
        if (!Products.TryParse(form.Text("product"), out var product)) throw ApiException.BadRequest("The plan is unknown");
        if (!Markets.IsKnown(form.Text("country"))) throw ApiException.BadRequest("The country must be a code such as SE");
        var token = await accounts.InviteAsync(new Invitation(existing, IsOwner: false, product, form.Text("country")), ct);
        var address = InvitationEndpoints.Address(form.Origin, token);
        return Html.Of($"<p>Send this link to the listener. It works once, for a week:</p><p><code>{address}</code></p>");
    }

    private Html InviteForm(Html token) => Html.Of(
        $"""
         <form method="post" action="/account/invite">{token}
         <label>Plan <select name="product">
         {Html.Each(Enum.GetValues<Product>(), product => $"<option>{product.WireName()}</option>")}</select></label>
         <label>Country <input name="country" value="{countries.Default}" pattern="[A-Z][A-Z]" required></label>
         <label>Name of an existing account that needs a new password; empty for a new account <input name="user" maxlength="128"></label>
         <button>Create a link</button></form>
         """);
}
