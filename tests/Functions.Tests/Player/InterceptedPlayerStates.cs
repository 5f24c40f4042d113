using System.Collections.Concurrent;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Tests.Player;

/// <summary>Live documents that record the revisions that were written, and let a test act before and after a write.</summary>
public sealed class InterceptedPlayerStates(IPlayerStates states) : IPlayerStates
{
    private readonly ConcurrentQueue<(string UserId, long Revision)> written = [];
    private int reads;
    private int tries;

    /// <summary>Called before each attempt to write.</summary>
    public Func<string, Task>? BeforeWrite { get; set; }

    /// <summary>Called after each write, with the token of the request.</summary>
    public Func<CancellationToken, Task>? AfterWrite { get; set; }

    /// <summary>The number of reads and of attempts to write.</summary>
    public (int Reads, int Tries) Calls => (reads, tries);

    /// <summary>Returns the revisions that were written for a listener, in order.</summary>
    public IReadOnlyList<long> Revisions(string userId) =>
        [.. written.Where(one => one.UserId == userId).Select(one => one.Revision)];

    public Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct)
    {
        Interlocked.Increment(ref reads);
        return states.ReadAsync(userId, ct);
    }

    public async Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct)
    {
        Interlocked.Increment(ref tries);
        if (BeforeWrite is { } before) await before(userId);
        var isWritten = await states.TryWriteAsync(userId, basedOn, document, ct);
        if (!isWritten) return false;
        written.Enqueue((userId, document.Revision));
        if (AfterWrite is { } after) await after(ct);
        return true;
    }

    public Task DeleteAsync(string userId, CancellationToken ct) => states.DeleteAsync(userId, ct);
}
