using Spotify.Catalog;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Player;
using Spotify.Web;

namespace Spotify.Functions.Player.Commands;

/// <summary>The items that a command names.</summary>
internal sealed class PlayableItems(ContextReader contexts, CatalogReader catalog)
{
    /// <summary>
    /// Returns the items of a list that the listener may play, in order. The others are left out, unless there are no others. One round
    /// trip.
    /// </summary>
    /// <exception cref="ApiException">
    /// 404: none of the items exists. 403 with the reason <c>ITEM_NOT_AVAILABLE</c>: the listener may play none of them.
    /// </exception>
    public async Task<IReadOnlyList<ContextItem>> ReadAsync(CommandScope scope, IReadOnlyList<string> uris, CancellationToken ct)
    {
        var found = await contexts.ItemsAsync(scope.Listener.ForContexts(), uris, ct);
        return found.Count > 0 ? found : throw await WhyNotAsync(uris, ct);
    }

    // A further read, but for an error only.
    private async Task<ApiException> WhyNotAsync(IReadOnlyList<string> uris, CancellationToken ct)
    {
        var ids = uris.Select(text => SpotifyUri.TryParse(text, out var uri) ? uri.Id : "").Distinct().Take(CatalogReader.MaxIds).ToList();
        var existing = (await catalog.PlayablesAsync(ids, ct)).Values
            .Select(item => new SpotifyUri(item.Type, item.Id).ToString()).ToHashSet(StringComparer.Ordinal);
        return uris.Any(existing.Contains)
            ? PlayerErrors.Forbidden("The item is not available to you", PlayerErrors.NotAvailable)
            : ApiException.NotFound("Player command failed: The item does not exist");
    }
}
