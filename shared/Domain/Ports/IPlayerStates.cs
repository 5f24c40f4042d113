using System.Text;

namespace Spotify.Domain.Ports;

/// <summary>The live documents of players, one per listener: SQLite on one machine, Firestore in the cloud.</summary>
public interface IPlayerStates
{
    /// <summary>The maximum size of <see cref="PlayerDocument.State"/>, in bytes of UTF-8.</summary>
    const int MaxStateBytes = 256 << 10;

    /// <summary>Returns the current document of a listener; null if there is none.</summary>
    Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct);

    /// <summary>
    /// Replaces a document if it is still the one that was read. The document is durable, and listeners to it are notified, when the task
    /// completes with true.
    /// </summary>
    /// <param name="userId">The listener.</param>
    /// <param name="basedOn">The document as it was read; null if there was none.</param>
    /// <param name="document">The new document. Its revision is that of <paramref name="basedOn"/> plus 1, or 1 for the first one.</param>
    /// <param name="ct">Cancels the call; the document may have been written.</param>
    /// <returns>False if another write came first, and nothing was written.</returns>
    /// <exception cref="ArgumentException">
    /// The revision is not the next one, the state is too large, or <paramref name="basedOn"/> was not read.
    /// </exception>
    Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct);

    /// <summary>Deletes the document of a listener, if there is one. Revisions begin again at 1.</summary>
    Task DeleteAsync(string userId, CancellationToken ct);
}

/// <summary>Notifications of changed documents, for homes whose functions can hold connections. Not available in the cloud.</summary>
public interface IPlayerStateFeed
{
    /// <summary>
    /// Returns the current document of a listener, and then the newest one after each change, until the call is canceled. Skips documents
    /// that were replaced before the reader took them, so that a slow reader needs no buffer.
    /// </summary>
    /// <returns>Documents in the order of their revisions; null if there is none or it was deleted.</returns>
    IAsyncEnumerable<PlayerDocument?> WatchAsync(string userId, CancellationToken ct);
}

/// <summary>The live document of a listener's player.</summary>
/// <param name="Revision">The number of writes of the document, from 1.</param>
/// <param name="State">The state, as the JSON object that clients read.</param>
public sealed record PlayerDocument(long Revision, string State)
{
    /// <summary>
    /// The time after which a sign-in must have happened for its live token to be valid, in whole seconds. Firestore's rules compare it
    /// with the <c>auth_time</c> of the token.
    /// </summary>
    public DateTimeOffset ValidSince { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The access tokens that were revoked before they expire, as JSON; null for none. Clients do not read it.</summary>
    public string? Revocations { get; init; }

    /// <summary>The adapter's own version of a document that was read; null for a new document.</summary>
    public object? Version { get; init; }

    /// <summary>Checks that the document can replace another one. Called by adapters before they write.</summary>
    /// <param name="basedOn">The document that was read; null if there was none.</param>
    /// <exception cref="ArgumentException">
    /// The revision is not the next one, the state is too large, or <paramref name="basedOn"/> was not read.
    /// </exception>
    public void CheckReplaces(PlayerDocument? basedOn)
    {
        if (basedOn is { Version: null }) throw new ArgumentException("The document to replace was not read.", nameof(basedOn));
        var next = (basedOn?.Revision ?? 0) + 1;
        if (Revision != next) throw new ArgumentException($"The revision is {Revision} and not {next}.");
        if (Encoding.UTF8.GetByteCount(State) is var bytes and > IPlayerStates.MaxStateBytes)
            throw new ArgumentException($"The state has {bytes} bytes. The maximum is {IPlayerStates.MaxStateBytes}.");
    }
}
