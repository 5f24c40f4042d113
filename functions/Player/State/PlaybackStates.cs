using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Functions.Player.Devices;
using Spotify.Functions.Player.Plans;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.State;

/// <summary>The state of players, as the Web API shows it.</summary>
internal sealed class PlaybackStates(PlayerStore players, PlayedItems items, FreeLimits limits)
{
    /// <summary>Returns what is played and where; null if no device is active.</summary>
    /// <exception cref="ApiException">400: a parameter is invalid.</exception>
    public async Task<PlaybackStateObject?> StateAsync(CurrentUser user, HttpContext context, CancellationToken ct)
    {
        var (shown, session) = await PlayedAsync(user, context, ct);
        return session.State.ActiveDevice(session.Now) is { } device
            ? new PlaybackStateObject(
                shown!,
                ConnectedDeviceObject.Of(device, device.Id),
                WireName(session.State.Repeat),
                session.State.ShuffleSeed is not null)
            : null;
    }

    /// <summary>Returns what is played; null if no device is active, or nothing was played yet.</summary>
    /// <exception cref="ApiException">400: a parameter is invalid.</exception>
    public async Task<CurrentlyPlayingObject?> PlayingAsync(CurrentUser user, HttpContext context, CancellationToken ct)
    {
        var (shown, session) = await PlayedAsync(user, context, ct);
        return session.State.Item is null ? null : shown;
    }

    /// <summary>
    /// Returns the current item and those after it, up to <see cref="CatalogReader.MaxIds"/> in total. Items that the catalog no longer has
    /// are left out.
    /// </summary>
    public async Task<QueueObject> QueueAsync(CurrentUser user, HttpContext context, CancellationToken ct)
    {
        var (session, listener) = await players.ReadWithListenerAsync(user, ct);
        var state = session.State;
        var viewer = Viewer.Of(context, null, listener.Country, listener.ExplicitFilter);
        var next = state.Queue.Concat(state.Next).Select(item => item.Uri).Take(CatalogReader.MaxIds - 1).ToList();
        var found = await items.ReadAsync(state.Item is null ? next : next.Prepend(state.Item.Uri), viewer, ct);
        return new QueueObject(
            state.Item is null ? null : found.GetValueOrDefault(state.Item.Uri),
            [.. next.Select(uri => found.GetValueOrDefault(uri)).OfType<object>()]);
    }

    private static string WireName(RepeatMode mode) => mode switch
    {
        RepeatMode.Context => "context",
        RepeatMode.Track => "track",
        _ => "off",
    };

    private static PlaybackContextObject? ContextOf(PlayContext? context, ApiLinks links)
    {
        if (context is null) return null;
        if (!SpotifyUri.TryParse(context.Uri, out var uri))
        {
            // The liked songs, which only the listener sees.
            return new PlaybackContextObject(
                context.Type, links.Path("/v1/me/tracks"), new ExternalUrlObject(links.Path("/collection/tracks")), context.Uri);
        }

        return new PlaybackContextObject(
            context.Type, links.Href(uri.Type, uri.Id), new ExternalUrlObject(links.Page(uri.Type, uri.Id)), context.Uri);
    }

    private async Task<(CurrentlyPlayingObject? Shown, PlayerSession Session)> PlayedAsync(
        CurrentUser user, HttpContext context, CancellationToken ct)
    {
        var (market, haveEpisodes, senderId) =
            (Viewer.MarketOf(context), PlayedTypes.HaveEpisodes(context), DeviceIds.SenderOf(context.Request));
        var (session, listener) = await players.ReadWithListenerAsync(user, ct);
        var (state, now) = (session.State, session.Now);
        if (state.ActiveDevice(now) is null) return (null, session);
        var viewer = Viewer.Of(context, market, listener.Country, listener.ExplicitFilter);
        var isTrack = state.Item?.Uri.StartsWith("spotify:track:", StringComparison.Ordinal);
        object? item = null;
        if (state.Item is { } current && (haveEpisodes || isTrack == true))
            item = (await items.ReadAsync([current.Uri], viewer, ct)).GetValueOrDefault(current.Uri);
        var shown = new CurrentlyPlayingObject(
            ContextOf(state.Context, viewer.Links),
            state.Position.At.ToUnixTimeMilliseconds(),
            state.Item is null ? null : state.PositionAt(now),
            state.IsPlayingAt(now),
            item,
            isTrack switch { null => "unknown", true => "track", false => "episode" },
            ActionsObject.Of(Disallows.Of(session, listener, senderId, limits)));
        return (shown, session);
    }
}
