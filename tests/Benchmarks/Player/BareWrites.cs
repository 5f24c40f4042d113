using System.Diagnostics;
using Spotify.Domain.Ports;
using Spotify.Local.LiveDocuments;

namespace Spotify.Benchmarks.Player;

/// <summary>
/// The same documents in a file of their own, read and written back by the embedded store in this process: the most changes that the disk
/// and the store allow.
/// </summary>
internal sealed class BareWrites(string directory, int listeners) : IDisposable
{
    private readonly SqlitePlayerStates states = new(Path.Combine(directory, "bare.sqlite"));

    /// <summary>Writes the documents for the first time.</summary>
    public Task PrepareAsync() => PlayerData.WriteDocumentsAsync(states, listeners);

    /// <summary>Returns the number of writes in a second.</summary>
    /// <param name="writers">The number of writers at once.</param>
    /// <param name="duration">How long they write.</param>
    public async Task<double> RunAsync(int writers, TimeSpan duration)
    {
        var (count, start) = (0L, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                var id = PlayerData.Listener(random.Next(listeners / writers) * writers + writer);
                var read = await states.ReadAsync(id, default);
                await states.TryWriteAsync(id, read, new PlayerDocument(read!.Revision + 1, read.State), default);
                Interlocked.Increment(ref count);
            }
        })));
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose() => states.Dispose();
}
