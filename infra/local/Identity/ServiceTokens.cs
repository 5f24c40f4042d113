using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Identity;

/// <summary>
/// The tokens with which this machine's task queue and scheduler call functions, in the format of Google's service accounts.
/// </summary>
public sealed class ServiceTokens(TokenIssuer issuer)
{
    /// <summary>The <c>aud</c>. Differs from that of listeners' tokens, so that neither kind of token is valid as the other.</summary>
    public const string Audience = "spotify-serverless-tasks";

    /// <summary>The <c>email</c> of the task queue.</summary>
    public const string Email = "tasks@spotify-serverless.invalid";

    /// <summary>Issues a token.</summary>
    /// <param name="email">The service's e-mail address.</param>
    /// <param name="audience">The token's audience.</param>
    /// <param name="emailVerified">Whether the address is verified.</param>
    public string Issue(string email = Email, string audience = Audience, bool emailVerified = true) =>
        issuer.Sign(
            email, audience, new() { ["email"] = email, ["email_verified"] = emailVerified }, ServiceCallerVerifier.Type);
}
