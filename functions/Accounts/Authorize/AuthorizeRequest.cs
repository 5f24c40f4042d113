using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.Authorize;

/// <summary>A valid authorization request.</summary>
/// <param name="App">The app.</param>
/// <param name="RedirectUri">Where to send the user with the answer.</param>
/// <param name="State">The value to return with the answer; null if the app sent none.</param>
/// <param name="Scopes">The requested scopes.</param>
/// <param name="Challenge">The PKCE challenge; null for a client with a secret.</param>
/// <param name="ShowDialog">Whether to ask the user even if the access was allowed before.</param>
internal sealed record AuthorizeRequest(
    App App, string RedirectUri, string? State, Scopes Scopes, string? Challenge, bool ShowDialog)
{
    private const int MaxStateLength = 2048;

    /// <summary>Reads a request.</summary>
    /// <exception cref="InvalidClientException">The app or the redirect URI is not registered: nobody may be redirected.</exception>
    /// <exception cref="AuthorizeException">Another parameter is invalid.</exception>
    public static async Task<AuthorizeRequest> ReadAsync(HttpRequest request, AppRegistry apps, CancellationToken ct)
    {
        var query = request.Query;
        if (One(query, "client_id") is not { } id || await apps.FindAsync(id, request, ct) is not { } app)
            throw new InvalidClientException("INVALID_CLIENT: Invalid client");
        if (One(query, "redirect_uri") is not { } redirectUri || !AppRegistry.IsRegistered(app, redirectUri))
            throw new InvalidClientException("INVALID_CLIENT: Invalid redirect URI");

        var state = One(query, "state");
        if (query.Any(parameter => parameter.Value.Count > 1)) throw Error("invalid_request", "A parameter is given more than once");
        if (state?.Length > MaxStateLength) throw Error("invalid_request", $"state has more than {MaxStateLength} characters");
        if (One(query, "response_type") is not "code") throw Error("unsupported_response_type", "response_type must be code");
        if (!ScopeNames.TryParse(One(query, "scope"), out var scopes)) throw Error("invalid_scope", "Invalid scope");

        var (challenge, method) = (One(query, "code_challenge"), One(query, "code_challenge_method"));
        if (challenge is not null && method != Pkce.Method) throw Error("invalid_request", "code_challenge_method must be S256");
        if (challenge is null && method is not null) throw Error("invalid_request", "code_challenge is missing");
        if (challenge is not null && !Pkce.IsChallenge(challenge))
            throw Error("invalid_request", "code_challenge must be a SHA-256 in base64url");
        return new AuthorizeRequest(app, redirectUri, state, scopes, challenge, One(query, "show_dialog") is "true");

        AuthorizeException Error(string error, string description) => new(app, redirectUri, state, error, description);
    }

    private static string? One(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;
}

/// <summary>The answer to an authorization request, in the query of the redirect URI.</summary>
internal static class AuthorizeAnswer
{
    /// <summary>Returns the address to redirect to.</summary>
    public static string Address(
        string redirectUri, string? state, string issuer, params IEnumerable<(string Name, string? Value)> parameters)
    {
        (string Name, string? Value)[] all = [.. parameters, ("state", state), ("iss", issuer)];
        return QueryHelpers.AddQueryString(
            redirectUri,
            all.Where(parameter => parameter.Value is not null)
                .Select(parameter => KeyValuePair.Create(parameter.Name, new StringValues(parameter.Value))));
    }
}

/// <summary>The error for a request whose app or redirect URI is not registered. Shown to the user.</summary>
internal sealed class InvalidClientException(string message) : Exception(message);

/// <summary>The error for another invalid request, or for a refusal. Sent to the app.</summary>
internal sealed class AuthorizeException(App app, string redirectUri, string? state, string error, string description)
    : Exception(description)
{
    /// <summary>The app.</summary>
    public App App => app;

    /// <summary>Where to send the user with the error.</summary>
    public string RedirectUri => redirectUri;

    /// <summary>Returns the address to redirect to.</summary>
    public string Address(string issuer) =>
        AuthorizeAnswer.Address(redirectUri, state, issuer, ("error", error), ("error_description", Message));
}
