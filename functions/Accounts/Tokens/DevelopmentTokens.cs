using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>
/// Development tokens: tokens with every scope for any user, without a password. Creates the user on first use. See
/// <see cref="DevelopmentAccess"/>.
/// </summary>
internal sealed class DevelopmentTokens(
    TokenIssuer issuer,
    IDatabase database,
    TimeProvider time,
    ListenerCountry countries,
    DevelopmentAccess access)
{
    /// <summary>Issues a token.</summary>
    /// <param name="context">The request.</param>
    /// <param name="form">The form: <c>user</c>, and for a new user <c>product</c> and <c>country</c>.</param>
    /// <param name="clientId">The client id; null for <c>local</c>.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="OAuthException">The caller may not have one, or the form is invalid.</exception>
    public async Task<TokenResponse> IssueAsync(HttpContext context, IFormCollection form, string? clientId, CancellationToken ct)
    {
        if (access.Problem(context) is { } problem) throw new OAuthException("access_denied", problem, StatusCodes.Status403Forbidden);
        if (form["grant_type"] != "client_credentials")
            throw new OAuthException("unsupported_grant_type", "grant_type must be client_credentials");
        var name = form["user"].ToString();
        if (!User.IsValidId(name))
            throw OAuthException.InvalidRequest($"user must be 1 to {User.MaxIdLength} printable characters");
        if (clientId?.Length > User.MaxIdLength) throw OAuthException.InvalidClient("Invalid client", byHeader: false);

        var product = Product.Free;
        if (form["product"].ToString() is { Length: > 0 } productName && !Products.TryParse(productName, out product))
            throw OAuthException.InvalidRequest("product must be free, premium, family or student");
        var country = form["country"].ToString() is { Length: > 0 } code ? code : countries.Default;
        if (!Markets.IsKnown(country)) throw OAuthException.InvalidRequest("country must be a market's ISO 3166-1 alpha-2 code");

        var user = await FindOrAddAsync(
            new User(name, name, null, country, product, false, false, null, Instant.Truncate(time.GetUtcNow())), ct);
        return new TokenResponse(
            issuer.Issue(user.Id, user.Country, user.Product, clientId ?? "local", Scopes.All), "Bearer",
            (int)TokenIssuer.Lifetime.TotalSeconds);
    }

    private async Task<User> FindOrAddAsync(User user, CancellationToken ct)
    {
        if (await database.IsRemovedAsync(user.Id, ct))
            throw new OAuthException("access_denied", "The account has been removed", StatusCodes.Status403Forbidden);
        if (await database.ReadAsync(User.Table, new Key(user.Id), null, ct) is { } row) return User.FromRow(row);
        try
        {
            await database.CommitAsync([user.Insert()], ct);
            return user;
        }
        catch (RowExistsException)
        {
            return User.FromRow((await database.ReadAsync(User.Table, new Key(user.Id), null, ct))!);
        }
    }
}
