using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Player.Live;

/// <summary>
/// A connection that receives the state of a listener's player. An idle connection has no timer and no buffer, and holds no document: the
/// timer that all connections share calls <see cref="Tick"/>.
/// </summary>
internal sealed partial class PlayerStream(
    HttpResponse response, CurrentUser user, string? deviceId, PlayerStore players, TimeProvider time, ILogger logger)
{
    /// <summary>The longest time without a byte.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    private const long Never = long.MaxValue;

    private static readonly PlayerDocument NoDocument = new(0, PlayerStateJson.Serialize(PlayerState.Empty, 0));

    private readonly CancellationTokenSource ending = new();

    // Held while a state or a heartbeat is written to the response, which takes one writer at a time.
    private readonly SemaphoreSlim writing = new(1);

    private long revision = -1;
    private bool isEndedByServer;

    // In ticks, because the timer reads them while another thread writes.
    private long sentAt = time.GetUtcNow().UtcTicks;
    private long leaseEndsAt = Never;

    /// <summary>The listener.</summary>
    public string UserId => user.Id;

    /// <summary>The device at the other end; null if it is none.</summary>
    public string? DeviceId => deviceId;

    /// <summary>Whether the connection was lost, instead of the server ending the stream.</summary>
    public bool IsLost => response.HttpContext.RequestAborted.IsCancellationRequested && !Volatile.Read(ref isEndedByServer);

    /// <summary>
    /// Sends the current state and then the newest one after each change, until the stream ends. Documents that are replaced while the
    /// client is not reading are never sent.
    /// </summary>
    public async Task RunAsync(IPlayerStateFeed feed)
    {
        await using var aborted = response.HttpContext.RequestAborted.UnsafeRegister(
            source => _ = ((CancellationTokenSource)source!).CancelAsync(), ending);
        try
        {
            await foreach (var document in feed.WatchAsync(UserId, ending.Token))
                if (!await TrySendAsync(document)) return;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
        finally
        {
            // The response is gone when this method returns, and the timer must not write to it any more.
            await ending.CancelAsync();
            await writing.WaitAsync();
        }
    }

    /// <summary>Ends the stream.</summary>
    public void End()
    {
        Volatile.Write(ref isEndedByServer, true);
        _ = ending.CancelAsync();
    }

    /// <summary>
    /// Ends the stream if the access token has expired. Otherwise begins to do what is due: the removal of devices whose leases have ended,
    /// or a heartbeat, unless the client is not reading.
    /// </summary>
    public void Tick(DateTimeOffset now)
    {
        if (now >= user.Caller.ExpiresAt)
        {
            End();
            return;
        }

        var due = Volatile.Read(ref leaseEndsAt);
        // Another thread may be sending a newer state, whose leases end later: its time is kept.
        if (now.UtcTicks >= due && Interlocked.CompareExchange(ref leaseEndsAt, Never, due) == due) _ = EndLeasesAsync();

        if (now.UtcTicks - Volatile.Read(ref sentAt) >= Heartbeat.Ticks && writing.Wait(0)) _ = SendHeartbeatAsync(now);
    }

    private async Task<bool> TrySendAsync(PlayerDocument? document)
    {
        // A revision that is lower than the one sent means that the account was removed. The document, if there is one, may be that of a
        // new account with the same id.
        var next = document ?? NoDocument;
        if (next.Revision < revision || RevokedTokens.Include(document, user.Caller)) return false;
        await writing.WaitAsync(ending.Token);
        try
        {
            if (next.Revision > revision) await SendAsync(next);
            return true;
        }
        finally
        {
            writing.Release();
        }
    }

    // Writes the state without the devices, which all clients then receive with a revision of its own. PlayerStore has removed the devices
    // from the state that it read, so that an equal copy is the change to write.
    private async Task EndLeasesAsync()
    {
        try
        {
            await players.ChangeAsync(
                user,
                null,
                (session, _, _) => ValueTask.FromResult(
                    session.Document is { } document && LeaseEnds.First(document.State) <= session.Now
                        ? session.State with { }
                        : session.State),
                ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status401Unauthorized)
        {
            End();
        }
        catch (Exception e)
        {
            LogFailure(logger, e);
            Interlocked.CompareExchange(ref leaseEndsAt, (time.GetUtcNow() + Heartbeat).UtcTicks, Never);
        }
    }

    private async Task SendHeartbeatAsync(DateTimeOffset now)
    {
        try
        {
            Volatile.Write(ref sentAt, now.UtcTicks);
            await ServerSentEvent.SendCommentAsync(response.BodyWriter, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogFailure(logger, e);
            End();
        }
        finally
        {
            writing.Release();
        }
    }

    private async ValueTask SendAsync(PlayerDocument document)
    {
        var now = time.GetUtcNow();
        var leaseEnd = LeaseEnds.First(document.State);
        if (leaseEnd <= now)
        {
            // The end of a lease is written by a stream that is open at that time, or with the next change. There may have been neither.
            var state = PlayerStateJson.Parse(document.State).WithoutExpired(now);
            document = document with { State = PlayerStateJson.Serialize(state, document.Revision) };
            leaseEnd = LeaseEnds.First(document.State);
        }

        revision = document.Revision;
        Volatile.Write(ref sentAt, now.UtcTicks);
        Volatile.Write(ref leaseEndsAt, leaseEnd.UtcTicks);
        await ServerSentEvent.SendAsync(response.BodyWriter, document, ending.Token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events of a player were not sent; the client connects again.")]
    private static partial void LogFailure(ILogger logger, Exception cause);
}
