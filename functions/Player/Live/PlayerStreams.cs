using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Functions.Player.Devices;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Player.Live;

/// <summary>
/// The connections on which players listen to changes. A stream ends when the access token expires or is revoked, when the account is
/// removed and when the server stops; the client then connects again.
/// </summary>
internal sealed partial class PlayerStreams : IDisposable
{
    /// <summary>The reason of the 404 error in a home without events.</summary>
    public const string Unavailable = "EVENTS_UNAVAILABLE";

    /// <summary>The maximum number of connections of a listener.</summary>
    public const int MaxPerListener = 20;

    /// <summary>How long a device whose connection was lost stays connected, unless it is heard of.</summary>
    public static readonly TimeSpan LeaseAfterLoss = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly IPlayerStateFeed? feed;
    private readonly PlayerStore players;
    private readonly PlayerOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<PlayerStreams> logger;
    private readonly ITimer? timer;
    private readonly CancellationTokenRegistration stopping;

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<PlayerStream>> listeners = new(StringComparer.Ordinal);
    // Those of all listeners, which the timer reads without the lock.
    private readonly ConcurrentDictionary<PlayerStream, bool> streams = new();
    private int count;
    private int isTicking;
    private bool isStopping;

    /// <summary>Creates the service.</summary>
    /// <param name="players">The states of players.</param>
    /// <param name="options">The settings.</param>
    /// <param name="lifetime">The lifetime of the host.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs failures.</param>
    /// <param name="feed">The changes; null in a home whose functions cannot hold connections.</param>
    public PlayerStreams(
        PlayerStore players,
        IOptions<PlayerOptions> options,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        ILogger<PlayerStreams> logger,
        IPlayerStateFeed? feed = null)
    {
        (this.players, this.options, this.time, this.logger, this.feed) = (players, options.Value, time, logger, feed);
        if (feed is null) return;
        // The timer must not keep the request that creates this service.
        using (ExecutionContext.SuppressFlow()) timer = time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
        stopping = lifetime.ApplicationStopping.UnsafeRegister(state => ((PlayerStreams)state!).Stop(), this);
    }

    /// <summary>Sends events until the stream ends.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">The listener.</param>
    /// <param name="deviceId">The connected device that listens; null if it is none.</param>
    /// <exception cref="ApiException">
    /// 401: the access token was revoked, or the account is being removed. 403: another app has registered the device. 404: there is no
    /// such device, or this home has no events. 429: the listener has too many connections. 503: the instance has too many, or stops.
    /// </exception>
    public async Task SendAsync(HttpContext context, CurrentUser user, string? deviceId)
    {
        if (feed is null)
        {
            throw new ApiException(
                StatusCodes.Status404NotFound,
                "There are no events here: poll GET /v1/me/player; the operator's apps use POST /v1/me/player/live-token",
                Unavailable);
        }

        var stream = new PlayerStream(context.Response, user, deviceId, players, time, logger);
        Add(stream);
        try
        {
            await RequireAccessAsync(user, deviceId, context.RequestAborted);
            Prepare(context.Response);
            await stream.RunAsync(feed);
        }
        finally
        {
            Remove(stream);
        }

        // The devices of a server that stops connect again.
        if (deviceId is not null && stream.IsLost && !Volatile.Read(ref isStopping) && !IsConnected(user.Id, deviceId))
            await ShortenLeaseAsync(user, deviceId);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer?.Dispose();
        stopping.Dispose();
    }

    private static void Prepare(HttpResponse response)
    {
        response.ContentType = ServerSentEvent.ContentType;
        response.Headers.CacheControl = "no-store";
        // nginx collects responses otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private static ApiException Busy(string problem) =>
        new(StatusCodes.Status503ServiceUnavailable, problem) { RetryAfter = RetryAfter };

    private void Add(PlayerStream stream)
    {
        PlayerStream? replaced = null;
        lock (gate)
        {
            if (isStopping) throw Busy("The server stops; connect again");
            if (count >= options.MaxConnections) throw Busy("The server has too many connections; try again");
            if (!listeners.TryGetValue(stream.UserId, out var own)) listeners.Add(stream.UserId, own = new(1));
            if (own.Count >= MaxPerListener)
            {
                // A device that changes networks leaves connections behind that nobody has closed.
                replaced = stream.DeviceId is { } device ? own.Find(other => other.DeviceId == device) : null;
                if (replaced is null)
                {
                    throw new ApiException(StatusCodes.Status429TooManyRequests, $"A listener has at most {MaxPerListener} connections")
                    {
                        RetryAfter = RetryAfter,
                    };
                }

                Remove(replaced);
            }

            own.Add(stream);
            streams.TryAdd(stream, true);
            count++;
        }

        replaced?.End();
    }

    private void Remove(PlayerStream stream)
    {
        lock (gate)
        {
            if (!streams.TryRemove(stream, out _)) return;
            count--;
            var own = listeners[stream.UserId];
            own.Remove(stream);
            if (own.Count == 0) listeners.Remove(stream.UserId);
        }
    }

    private bool IsConnected(string userId, string deviceId)
    {
        lock (gate) return listeners.TryGetValue(userId, out var own) && own.Exists(stream => stream.DeviceId == deviceId);
    }

    private void Tick()
    {
        // A tick that takes longer than the interval is not repeated.
        if (Interlocked.Exchange(ref isTicking, 1) == 1) return;
        var now = time.GetUtcNow();
        foreach (var (stream, _) in streams) stream.Tick(now);
        Volatile.Write(ref isTicking, 0);
    }

    private void Stop()
    {
        lock (gate) isStopping = true;
        foreach (var (stream, _) in streams) stream.End();
    }

    /// <summary>Verifies the token, the account and the device, and renews the lease of the device.</summary>
    private async Task RequireAccessAsync(CurrentUser user, string? deviceId, CancellationToken ct)
    {
        if (deviceId is null)
        {
            await players.ReadWithListenerAsync(user, ct);
            return;
        }

        await players.ChangeAsync(
            user,
            deviceId,
            (session, _, _) =>
            {
                var device = session.State.Device(deviceId, session.Now) ?? throw PlayerErrors.UnknownDevice();
                DeviceRegistrations.RequireOwn(device, user);
                return ValueTask.FromResult(session.State);
            },
            ct);
    }

    private async Task ShortenLeaseAsync(CurrentUser user, string deviceId)
    {
        using var deadline = new CancellationTokenSource(RetryAfter, time);
        try
        {
            await players.ChangeAsync(
                user,
                null,
                (session, _, _) => ValueTask.FromResult(session.State.ShortenLease(deviceId, LeaseAfterLoss, session.Now)),
                deadline.Token);
            // A connection that was opened meanwhile may have seen the lease before it was shortened.
            if (IsConnected(user.Id, deviceId))
                await players.ChangeAsync(user, deviceId, (session, _, _) => ValueTask.FromResult(session.State), deadline.Token);
        }
        catch (ApiException)
        {
            // The listener has signed out, or the account is being removed.
        }
        catch (Exception e)
        {
            LogFailure(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of a device whose connection was lost could not be shortened.")]
    private partial void LogFailure(Exception cause);
}
