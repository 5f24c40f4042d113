using System.Net;
using Microsoft.Extensions.Options;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>
/// Development tokens: tokens with every scope for any user, without a password. Creates the user on first use. Only callers on this machine
/// get them, and only if <see cref="AccountsOptions.DevelopmentTokens"/> is set.
/// </summary>
internal sealed class DevelopmentTokens(
    TokenIssuer issuer,
    IDatabase database,
    TimeProvider time,
    ListenerCountry countries,
    IOptions<PublicUrlOptions> urls,
    IOptions<AccountsOptions> options)
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "Via", "X-Real-IP", "True-Client-IP", "X-Client-IP"];

    /// <summary>Issues a token.</summary>
    /// <param name="context">The request.</param>
    /// <param name="form">The form: <c>user</c>, and for a new user <c>product</c> and <c>country</c>.</param>
    /// <param name="clientId">The client id; null for <c>local</c>.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="OAuthException">The caller may not have one, or the form is invalid.</exception>
    public async Task<TokenResponse> IssueAsync(HttpContext context, IFormCollection form, string? clientId, CancellationToken ct)
    {
        if (!options.Value.DevelopmentTokens)
            throw Denied("Development tokens are off; sign in");
        if (!IsFromThisMachine(context)) throw Denied("Development tokens are given to callers on this machine alone");
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

    // Rejects requests that a proxy, or another site's page in a browser on this machine, makes for somebody else. A public URL means
    // that the host serves others. Proxies that send no header of their own mostly use HTTP/1.0, which no client uses any more.
    private bool IsFromThisMachine(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && (urls.Value.PublicUrl is not { } url || IsLoopbackName(new Uri(url).Host))
            && !HttpProtocol.IsHttp10(context.Request.Protocol)
            && !headers.Keys.Any(IsProxyHeader)
            && IsLoopbackName(context.Request.Host.Host)
            && (headers.Origin.Count == 0
                || (Uri.TryCreate(headers.Origin, UriKind.Absolute, out var origin) && IsLoopbackName(origin.Host)));
    }

    private static OAuthException Denied(string description) => new("access_denied", description, StatusCodes.Status403Forbidden);

    private static bool IsProxyHeader(string header) =>
        ProxyHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
        || header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("CF-", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
