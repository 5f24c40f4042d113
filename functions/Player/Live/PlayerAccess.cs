using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Player;
using Spotify.Web.Identity;

namespace Spotify.Functions.Player.Live;

/// <summary>
/// Ends the access of tokens to a listener's player at once: of access tokens, which would otherwise be valid until they expire, and of all
/// live tokens of the listener, because these do not say which app has them. An app that is still signed in gets another live token. The
/// devices of an app leave with its access. A device does not say which sign-in it belongs to: after the end of one, it leaves with its
/// lease.
/// </summary>
/// <remarks>
/// A sign-out does not fail because of the player: after <see cref="Budget"/>, the failure is logged, and the tokens remain valid for up to
/// an hour.
/// </remarks>
public sealed partial class PlayerAccess(IPlayerStates states, TimeProvider time, ILogger<PlayerAccess> logger)
{
    /// <summary>The maximum time that a sign-out waits for the live document.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    // More attempts than other writers have, because players may be writing at the same time.
    private const int MaxTries = 20;

    /// <summary>Ends the access of one sign-in of an app.</summary>
    /// <param name="userId">The listener.</param>
    /// <param name="sessionId">The sign-in, <see cref="Caller.SessionId"/>.</param>
    public Task EndSessionAsync(string userId, string sessionId) => EndAsync(userId, sessionId);

    /// <summary>Ends the access of an app.</summary>
    /// <param name="userId">The listener.</param>
    /// <param name="clientId">The app.</param>
    public Task EndAppAsync(string userId, string clientId) => EndAsync(userId, clientId);

    /// <summary>Ends the access of all apps.</summary>
    /// <param name="userId">The listener.</param>
    public Task EndAllAsync(string userId) => EndAsync(userId, RevokedTokens.All);

    /// <summary>Ends the access of live tokens. Access tokens remain valid.</summary>
    /// <param name="userId">The listener.</param>
    public Task EndLiveTokensAsync(string userId) => EndAsync(userId, revoked: null);

    private async Task EndAsync(string userId, string? revoked)
    {
        // Not the request's token: a listener who closes the browser has signed out nevertheless.
        using var deadline = new CancellationTokenSource(Budget, time);
        try
        {
            for (var tries = 0; tries < MaxTries; tries++)
                if (await TryEndAsync(userId, revoked, deadline.Token).WaitAsync(deadline.Token)) return;
            LogFailure(null);
        }
        catch (Exception e)
        {
            LogFailure(e);
        }
    }

    private async Task<bool> TryEndAsync(string userId, string? revoked, CancellationToken ct)
    {
        var document = await states.ReadAsync(userId, ct);
        // Firestore's rules let nobody read a document that does not exist.
        if (document is null && revoked is null) return true;
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var validSince = document?.ValidSince > now ? document.ValidSince : now;
        if (revoked is null && document?.ValidSince == validSince) return true;
        var tokens = RevokedTokens.Parse(document?.Revocations);
        var revision = (document?.Revision ?? 0) + 1;
        var state = document is null ? PlayerState.Empty : PlayerStateJson.Parse(document.State);
        foreach (var device in state.Devices.Where(one => revoked == RevokedTokens.All || (revoked is not null && one.ClientId == revoked)))
            state = state.Leave(device.Id, time.GetUtcNow());
        return await states.TryWriteAsync(
            userId,
            document,
            new PlayerDocument(revision, PlayerStateJson.Serialize(state, revision))
            {
                ValidSince = validSince,
                Revocations = (revoked is null ? tokens : tokens.Add(revoked, now)).Format(),
            },
            ct);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Tokens of a listener who has signed out could not be refused by the player; they are valid until they expire.")]
    private partial void LogFailure(Exception? cause);
}
