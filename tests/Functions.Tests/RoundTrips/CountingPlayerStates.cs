using Spotify.Domain.Ports;

namespace Spotify.Functions.Tests.RoundTrips;

/// <summary>Live documents whose calls wait for the <see cref="RequestClock"/> of their request.</summary>
internal sealed class CountingPlayerStates(IPlayerStates states) : IPlayerStates
{
    public async Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct)
    {
        if (RequestClock.Of is { } clock) await clock.ReadDocumentAsync().ConfigureAwait(false);
        return await states.ReadAsync(userId, ct).ConfigureAwait(false);
    }

    public async Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct)
    {
        if (RequestClock.Of is { } clock) await clock.WriteDocumentAsync().ConfigureAwait(false);
        return await states.TryWriteAsync(userId, basedOn, document, ct).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string userId, CancellationToken ct)
    {
        if (RequestClock.Of is { } clock) await clock.WriteDocumentAsync().ConfigureAwait(false);
        await states.DeleteAsync(userId, ct).ConfigureAwait(false);
    }
}
