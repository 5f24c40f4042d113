using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Functions.Player.Plans;
using Spotify.Player;
using Spotify.Web;

namespace Spotify.Functions.Player.Commands;

/// <summary>The commands that change the queue.</summary>
internal sealed class QueueCommands(CommandRunner runner, PlayableItems items)
{
    /// <summary>Appends an item to the queue.</summary>
    public Task AddAsync(CommandSender sender, string uri, CancellationToken ct) => runner.RunAsync(
        PlayerCommand.Queue, sender, async (scope, token) =>
        {
            if (scope.State.Queue.Count >= PlayerLimits.MaxQueue)
                throw ApiException.BadRequest($"The queue has {PlayerLimits.MaxQueue} items, the maximum");
            var found = await items.ReadAsync(scope, [uri], token);
            return scope.State.Enqueue(found[0].Uri, found[0].DurationMs);
        }, ct);

    /// <summary>Replaces the queue.</summary>
    public Task ReplaceAsync(CommandSender sender, IReadOnlyList<string> uris, CancellationToken ct) => runner.RunAsync(
        PlayerCommand.Queue, sender, async (scope, token) =>
            scope.State.WithQueue(uris.Count == 0 ? [] : await items.ReadAsync(scope, uris, token)), ct);
}
