using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Functions.Accounts.Apps;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.Live;

/// <summary>A service that exchanges access tokens for tokens with which the operator's apps listen to the live document.</summary>
/// <remarks>
/// Identity Platform exchanges a live token for a full sign-in of the listener, which can change the e-mail address and the password of the
/// account. The scopes of the access token do not limit it, so that the apps of others get none.
/// </remarks>
/// <param name="players">The states of players.</param>
/// <param name="states">The documents.</param>
/// <param name="options">The settings.</param>
/// <param name="tokens">The issuer; null in a home whose functions hold connections.</param>
internal sealed class LiveTokenService(
    PlayerStore players, IPlayerStates states, IOptions<PlayerOptions> options, ILiveTokens? tokens = null)
{
    /// <summary>The reason of the 404 error in a home without live tokens.</summary>
    public const string Unavailable = "LIVE_TOKENS_UNAVAILABLE";

    /// <summary>The reason of the 403 error of apps that are not the operator's.</summary>
    public const string Disallowed = "LIVE_TOKENS_DISALLOWED";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Issues a token. Creates the document, which the token cannot.</summary>
    /// <exception cref="ApiException">
    /// 401: the access token was revoked, or the account is being removed. 403: the app is not the operator's. 404: this home has no such
    /// tokens. 503: the token cannot be signed at the moment.
    /// </exception>
    public async Task<LiveTokenObject> IssueAsync(CurrentUser user, CancellationToken ct)
    {
        if (tokens is null)
        {
            throw new ApiException(
                StatusCodes.Status404NotFound, "There are no live tokens here: read the events of GET /v1/me/player/events", Unavailable);
        }

        if (!IsOfOperator(user.Caller.ClientId))
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden, "Live tokens are for the operator's own apps: poll GET /v1/me/player", Disallowed);
        }

        var (session, _) = await players.ReadWithListenerAsync(user, ct);
        // If another request creates the document at the same time, there is nothing left to do.
        if (session.Document is null)
            await states.TryWriteAsync(user.Id, null, new PlayerDocument(1, PlayerStateJson.Serialize(PlayerState.Empty, 1)), ct);
        try
        {
            var token = await tokens.IssueAsync(user.Id, ct);
            return new LiveTokenObject(token.Token, ApiTime.Format(token.ExpiresAt), token.ApiKey, token.Project, token.Document);
        }
        catch (IOException)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "The token cannot be issued at the moment; try again")
            {
                RetryAfter = RetryAfter,
            };
        }
    }

    private bool IsOfOperator(string? clientId) =>
        clientId == AppRegistry.WebPlayer || options.Value.LiveTokenApps.Contains(clientId, StringComparer.Ordinal);
}

/// <summary>A token with which a client listens to the live document of a listener.</summary>
/// <param name="Token">The custom token of Identity Platform, for <c>signInWithCustomToken</c>.</param>
/// <param name="ExpiresAt">When the token can no longer be exchanged.</param>
/// <param name="ApiKey">The API key of the project, which is not a secret.</param>
/// <param name="Project">The project of the database.</param>
/// <param name="Document">The path of the document in the default database.</param>
internal sealed record LiveTokenObject(string Token, string ExpiresAt, string ApiKey, string Project, string Document);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LiveTokenObject))]
internal sealed partial class LiveJson : JsonSerializerContext;
