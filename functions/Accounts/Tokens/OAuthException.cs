namespace Spotify.Functions.Accounts.Tokens;

/// <summary>An error of the token and revocation endpoints.</summary>
/// <param name="error">The code.</param>
/// <param name="description">The description for developers.</param>
/// <param name="status">The HTTP status.</param>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2"/>
internal sealed class OAuthException(string error, string description, int status = StatusCodes.Status400BadRequest)
    : Exception(description)
{
    /// <summary>The code, such as <c>invalid_grant</c>.</summary>
    public string Error => error;

    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The request lacks a parameter or has an invalid one.</summary>
    public static OAuthException InvalidRequest(string description) => new("invalid_request", description);

    /// <summary>The code or refresh token is unknown, expired, used, or belongs to another app.</summary>
    public static OAuthException InvalidGrant(string description) => new("invalid_grant", description);

    /// <summary>The client asks for scopes that the user has not allowed.</summary>
    public static OAuthException ExcessiveScope() => new("invalid_scope", "The scopes exceed those that the user has allowed");

    /// <summary>The client is unknown or its secret is wrong.</summary>
    /// <param name="description">The description.</param>
    /// <param name="byHeader">Whether the client authenticated with the <c>Authorization</c> header, which requires 401.</param>
    public static OAuthException InvalidClient(string description, bool byHeader) =>
        new("invalid_client", description, byHeader ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest);
}
