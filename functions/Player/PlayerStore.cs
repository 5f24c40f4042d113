using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Player;

/// <summary>
/// A change of the state of a player. May run again with a newer state, and so does nothing but read and calculate.
/// </summary>
/// <param name="session">The player as it was read.</param>
/// <param name="listener">The listener.</param>
/// <param name="ct">Cancels the change.</param>
/// <returns>The new state; the state of <paramref name="session"/> if there is nothing to change.</returns>
/// <exception cref="ApiException">The change is refused, and nothing is written.</exception>
public delegate ValueTask<PlayerState> PlayerChange(PlayerSession session, PlayerListener listener, CancellationToken ct);

/// <summary>
/// The states of players. A change reads the document and the listener at the same time, and replaces the document if it is still the same.
/// </summary>
public sealed partial class PlayerStore(
    IPlayerStates states,
    IDatabase database,
    IOptions<PlayerOptions> options,
    TimeProvider time,
    PlayerMetrics metrics,
    ILogger<PlayerStore> logger)
{
    /// <summary>The number of times that a change is tried.</summary>
    public const int MaxTries = 8;

    private readonly UserGates gates = new();

    /// <summary>Returns the player of a listener, and the listener. One round trip.</summary>
    /// <exception cref="ApiException">401: the access token was revoked, or the account is being removed.</exception>
    public async Task<(PlayerSession Session, PlayerListener Listener)> ReadWithListenerAsync(CurrentUser user, CancellationToken ct)
    {
        var listener = PlayerListener.ReadAsync(database, user, ct);
        var document = states.ReadAsync(user.Id, ct);
        await Task.WhenAll(listener, document);
        return (Open(user, await document), await listener);
    }

    /// <summary>Changes the player of a listener. Two round trips, and two more for each attempt that another write has preceded.</summary>
    /// <param name="user">The listener.</param>
    /// <param name="deviceId">The device that sends the request, whose lease is renewed; null if none is known.</param>
    /// <param name="change">The change.</param>
    /// <param name="ct">Cancels the change.</param>
    /// <returns>The player before and after the change.</returns>
    /// <exception cref="ApiException">
    /// 401: the access token was revoked, or the account is being removed. 503: other writes came first each time.
    /// </exception>
    public async Task<PlayerWrite> ChangeAsync(CurrentUser user, string? deviceId, PlayerChange change, CancellationToken ct)
    {
        if (await TryChangeAsync(user, deviceId, change, ct) is { } first) return first;
        // The other attempts of this instance take turns, so that only the first attempts and other instances are competitors.
        using var turn = await gates.EnterAsync(user.Id, ct);
        for (var tries = 1; tries < MaxTries; tries++)
            if (await TryChangeAsync(user, deviceId, change, ct) is { } changed) return changed;
        throw new ApiException(StatusCodes.Status503ServiceUnavailable, "The player is changed by too many requests at once; try again")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }

    private async Task<PlayerWrite?> TryChangeAsync(CurrentUser user, string? deviceId, PlayerChange change, CancellationToken ct)
    {
        var (session, listener) = await ReadWithListenerAsync(user, ct);
        var changed = await change(session, listener, ct);
        var isChanged = !ReferenceEquals(changed, session.State);
        if (deviceId is not null) changed = changed.Renew(deviceId, options.Value.DeviceLease, session.Now, always: isChanged);
        if (ReferenceEquals(changed, session.State)) return new PlayerWrite(session, session, listener);
        var revision = session.Revision + 1;
        var document = new PlayerDocument(revision, PlayerStateJson.Serialize(changed, revision))
        {
            ValidSince = session.Document?.ValidSince ?? DateTimeOffset.UnixEpoch,
            Revocations = session.Document?.Revocations,
        };
        return await states.TryWriteAsync(user.Id, session.Document, document, ct)
            ? new PlayerWrite(session, session with { Document = document, State = changed }, listener)
            : null;
    }

    private PlayerSession Open(CurrentUser user, PlayerDocument? document)
    {
        RevokedTokens.Refuse(document, user.Caller);
        var now = time.GetUtcNow();
        return new PlayerSession(user, document, document is null ? PlayerState.Empty : Read(document).WithoutExpired(now), now);
    }

    // A listener whose state is damaged must be able to play, so that the next change replaces the state.
    private PlayerState Read(PlayerDocument document)
    {
        if (PlayerStateJson.TryParse(document.State, out var state)) return state;
        metrics.CountUnreadable();
        LogUnreadable(logger, document.Revision);
        return state;
    }

    [LoggerMessage(
        LogLevel.Error, "The state of a player, revision {Revision}, could not be read completely; it goes on without the lost members.")]
    private static partial void LogUnreadable(ILogger logger, long revision);
}
