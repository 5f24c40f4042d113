using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Spotify.Benchmarks.Player;

/// <summary>A listener whose events are received.</summary>
/// <param name="token">An access token.</param>
/// <param name="events">The connection of the speaker.</param>
internal sealed class ConnectedListener(string token, EventConnection events)
{
    private int step;
    private Task<long> arrival = Task.FromResult(0L);

    /// <summary>An access token.</summary>
    public string Token => token;

    /// <summary>Whether the event of the last change has arrived, so that the next event belongs to the next change.</summary>
    public bool IsReady => arrival.IsCompleted;

    /// <summary>Sends a command from the phone, which is never the same as the one before and changes the state.</summary>
    public async Task<Change> ChangeAsync(HttpConnection connection)
    {
        step++;
        var path = (step % 4) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"volume?volume_percent={step / 4 % 101}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"seek?position_ms={step * 7919L % PlayerData.DurationMs}"),
            2 => "pause",
            _ => "play",
        };
        arrival = events.Next;
        var sent = Stopwatch.GetTimestamp();
        await connection.SendAsync("PUT", $"/v1/me/player/{path}", token, PlayerData.Phone);
        return new Change(sent, Stopwatch.GetTimestamp(), arrival);
    }
}

/// <summary>A change of a listener's state. Times are those of <see cref="Stopwatch.GetTimestamp"/>.</summary>
/// <param name="Sent">When the command was sent.</param>
/// <param name="Answered">When the response arrived.</param>
/// <param name="Arrival">When the event arrived.</param>
internal sealed record Change(long Sent, long Answered, Task<long> Arrival);

/// <summary>A measured load.</summary>
/// <param name="Rate">The number of changes in a second.</param>
/// <param name="SinceSent">The times from a command to the arrival of its event, in milliseconds, sorted.</param>
/// <param name="SinceAnswered">The times from the response to the arrival of the event; negative if the event came first.</param>
internal sealed record MeasuredLoad(double Rate, List<double> SinceSent, List<double> SinceAnswered)
{
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(20);

    /// <summary>Waits for the events of changes.</summary>
    /// <exception cref="BenchmarkException">An event did not arrive.</exception>
    public static async Task<MeasuredLoad> OfAsync(IReadOnlyCollection<Change> changes, TimeSpan duration)
    {
        long[] arrivals;
        try
        {
            arrivals = await Task.WhenAll(changes.Select(change => change.Arrival)).WaitAsync(LostAfter);
        }
        catch (TimeoutException)
        {
            var lost = changes.Count(change => !change.Arrival.IsCompleted);
            throw new BenchmarkException($"{lost} of {changes.Count} changes did not arrive in {LostAfter.TotalSeconds:0} s.");
        }

        return new MeasuredLoad(
            changes.Count / duration.TotalSeconds,
            Times(change => change.Sent),
            Times(change => change.Answered));

        List<double> Times(Func<Change, long> start) =>
            [.. changes.Zip(arrivals, (change, arrival) => Stopwatch.GetElapsedTime(start(change), arrival).TotalMilliseconds).Order()];
    }
}

/// <summary>Commands for random listeners by several clients.</summary>
internal sealed class PlayerLoad(IReadOnlyList<ConnectedListener> listeners, IReadOnlyList<HttpConnection> clients)
{
    /// <summary>Changes states, each client as fast as it gets responses.</summary>
    public async Task<MeasuredLoad> FullAsync(TimeSpan duration)
    {
        var (changes, start) = (new ConcurrentBag<Change>(), Stopwatch.GetTimestamp());
        await ForEachClientAsync(duration, async (listener, client) =>
        {
            if (listener.IsReady) changes.Add(await listener.ChangeAsync(client));
            else await Task.Yield();
        });
        return await MeasuredLoad.OfAsync(changes, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Changes states at a rate.</summary>
    /// <exception cref="BenchmarkException">The server is slower than the rate.</exception>
    public async Task<MeasuredLoad> PacedAsync(TimeSpan duration, int rate)
    {
        var (idle, random, start) = (new ConcurrentBag<HttpConnection>(clients), new Random(1), Stopwatch.GetTimestamp());
        var pending = new List<Task<Change>>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        for (var i = 0; i < rate * duration.TotalSeconds; i++)
        {
            await timer.WaitForNextTickAsync();
            ConnectedListener listener;
            do listener = listeners[random.Next(listeners.Count)];
            while (!listener.IsReady);
            if (!idle.TryTake(out var client)) throw new BenchmarkException($"{rate} changes/s are more than the server takes.");
            pending.Add(SendAsync(listener, client));
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        return await MeasuredLoad.OfAsync(await Task.WhenAll(pending), elapsed);

        async Task<Change> SendAsync(ConnectedListener listener, HttpConnection client)
        {
            var change = await listener.ChangeAsync(client);
            idle.Add(client);
            return change;
        }
    }

    /// <summary>Returns the number of requests for a path in a second.</summary>
    public async Task<double> GetAsync(string path, TimeSpan duration)
    {
        var (count, start) = (0L, Stopwatch.GetTimestamp());
        await ForEachClientAsync(duration, async (listener, client) =>
        {
            await client.SendAsync("GET", path, listener.Token);
            Interlocked.Increment(ref count);
        });
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // Each client has listeners of its own.
    private Task ForEachClientAsync(TimeSpan duration, Func<ConnectedListener, HttpConnection, Task> act)
    {
        var (start, share) = (Stopwatch.GetTimestamp(), listeners.Count / clients.Count);
        return Task.WhenAll(clients.Select((client, index) => Task.Run(async () =>
        {
            var random = new Random(index);
            while (Stopwatch.GetElapsedTime(start) < duration) await act(listeners[random.Next(share) * clients.Count + index], client);
        })));
    }
}
