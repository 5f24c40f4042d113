using Spotify.Domain.Ports;
using Spotify.Events;

namespace Spotify.Functions.ChartUpdater;

/// <summary>The consumer of recorded plays that keeps the charts and the number of live listeners.</summary>
public sealed class ChartUpdater(ChartWriter writer) : IMessageConsumer<TasteUpdate>
{
    /// <inheritdoc/>
    public Task HandleAsync(TasteUpdate update, MessageContext message, CancellationToken ct) =>
        update.IsSuspect ? Task.CompletedTask : writer.AddAsync(message.Id, update, ct);
}
