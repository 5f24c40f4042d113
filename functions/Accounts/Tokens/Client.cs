using System.Net.Http.Headers;
using System.Text;
using Spotify.Functions.Accounts.Apps;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>The client of a request to the token or revocation endpoint.</summary>
/// <param name="Id">The client id.</param>
/// <param name="IsAuthenticated">Whether it has proved its identity with its secret. Public clients have none to keep.</param>
internal sealed record Client(string Id, bool IsAuthenticated);

/// <summary>The credentials in a request: in the <c>Authorization</c> header or in the form.</summary>
/// <param name="Id">The client id.</param>
/// <param name="Secret">The client secret; null if there is none.</param>
/// <param name="ByHeader">Whether they are in the header.</param>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1"/>
internal sealed record ClientCredentials(string Id, string? Secret, bool ByHeader)
{
    /// <summary>Reads the credentials; null if there are none.</summary>
    /// <exception cref="OAuthException">The header is not Basic authentication, or both ways are used.</exception>
    public static ClientCredentials? Read(HttpRequest request, IFormCollection form)
    {
        var (id, secret) = (Text(form, "client_id"), Text(form, "client_secret"));
        if (request.Headers.Authorization.Count == 0) return id is null ? null : new ClientCredentials(id, secret, ByHeader: false);

        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || Decode(header.Parameter) is not [{ } name, { } password])
            throw OAuthException.InvalidClient("Invalid client", byHeader: true);
        if (secret is not null || (id is not null && id != name))
            throw OAuthException.InvalidRequest("The client must be authenticated in one way only");
        return new ClientCredentials(name, password, ByHeader: true);
    }

    /// <summary>Verifies the credentials.</summary>
    /// <exception cref="OAuthException">The client is unknown, or its secret is wrong.</exception>
    public async Task<Client> VerifyAsync(AppRegistry apps, HttpRequest request, TimeProvider time, CancellationToken ct)
    {
        var app = await apps.FindAsync(Id, request, ct);
        if (app is null) throw OAuthException.InvalidClient("Invalid client", ByHeader);
        if (Secret is null) return new Client(app.Id, IsAuthenticated: false);
        return app.HasSecret(Secret, time.GetUtcNow())
            ? new Client(app.Id, IsAuthenticated: true)
            : throw OAuthException.InvalidClient("Invalid client secret", ByHeader);
    }

    private static string? Text(IFormCollection form, string name) => form[name] is [{ Length: > 0 } value] ? value : null;

    // Both parts are form-encoded before they are joined.
    private static string[]? Decode(string? parameter)
    {
        var bytes = new byte[parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(parameter ?? "", bytes, out var length)) return null;
        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [{ Length: > 0 } id, var secret]
            ? [Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret)]
            : null;
    }
}
