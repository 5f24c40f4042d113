namespace Spotify.Domain.Ports;

/// <summary>The tokens with which clients listen to live documents. Only in homes whose functions cannot hold connections.</summary>
public interface ILiveTokens
{
    /// <summary>Issues a token for the document of a user. It can be exchanged for a sign-in for an hour.</summary>
    /// <exception cref="IOException">The signing service cannot be reached.</exception>
    Task<LiveToken> IssueAsync(string userId, CancellationToken ct);
}

/// <summary>A custom token of Identity Platform, and the address of the document.</summary>
/// <param name="Token">The custom token, a JSON Web Token.</param>
/// <param name="ExpiresAt">When the token can no longer be exchanged.</param>
/// <param name="ApiKey">The API key of the project, which is not a secret.</param>
/// <param name="Project">The project of the database.</param>
/// <param name="Document">The path of the document in the default database: <c>players/{user}</c>.</param>
public sealed record LiveToken(string Token, DateTimeOffset ExpiresAt, string ApiKey, string Project, string Document);
