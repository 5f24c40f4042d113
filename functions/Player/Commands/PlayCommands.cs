using Spotify.Catalog.Contexts;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain;
using Spotify.Functions.Player.Plans;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Player.Commands;

/// <summary>The commands that start and resume playback, and transfer it to another device.</summary>
internal sealed class PlayCommands(
    CommandRunner runner,
    PlaybackCommands playback,
    ModeCommands modes,
    ContextReader contexts,
    PlayableItems items,
    UpcomingItems upcoming,
    ResumePointStore resumePoints,
    FreeLimits limits,
    Random random)
{
    // The start of a list is then the first item in its order, which may be shuffled.
    private const int NoOffset = -1;

    /// <summary>Starts or resumes playback on a device, which becomes the active one.</summary>
    /// <exception cref="ApiException">
    /// 404: the context or the item does not exist, there is nothing at the offset, or there is nothing to resume. 403 with a reason: the
    /// listener may not play the items, or gets contexts shuffled only.
    /// </exception>
    public Task PlayAsync(CommandSender sender, PlayRequest request, CancellationToken ct)
    {
        var seed = random.NextShuffleSeed();
        return runner.RunAsync(PlayerCommand.Play, sender, async (scope, token) =>
        {
            var state = request.IsResume
                ? await ResumeAsync(scope, seed, token)
                : await StartAsync(scope, request, seed, sender.User.Caller, token);
            return request.PositionMs is { } position ? await playback.ToPositionAsync(scope, state, position, token) : state;
        }, ct);
    }

    /// <summary>Transfers playback to a device.</summary>
    /// <param name="sender">The sender, and the device.</param>
    /// <param name="play">Whether to play; if not, playback goes on or stays paused.</param>
    /// <param name="ct">Cancels the command.</param>
    /// <exception cref="ApiException">403 with a reason: the device does not play items of the current one's type.</exception>
    public Task TransferAsync(CommandSender sender, bool play, CancellationToken ct)
    {
        var seed = random.NextShuffleSeed();
        return runner.RunAsync(PlayerCommand.Transfer, sender, (scope, token) => ActivateAsync(scope, play, seed, token), ct);
    }

    private ValueTask<PlayerState> ResumeAsync(CommandScope scope, long seed, CancellationToken ct) => scope.State.Item is null
        ? throw ApiException.NotFound("Player command failed: Nothing to resume; give a context_uri or uris")
        : ActivateAsync(scope, play: true, seed, ct);

    // An order that was started on another device does not go on where contexts are shuffled only.
    private async ValueTask<PlayerState> ActivateAsync(CommandScope scope, bool play, long seed, CancellationToken ct)
    {
        if (scope.State.Item is { } item) RequireSupport(scope, item.Uri);
        var state = scope.State.Activate(scope.Device.Id, play, scope.Now);
        return limits.ShufflesOnly(scope.Listener, scope.Device) ? await modes.WithShuffleAsync(scope, state, seed, ct) : state;
    }

    private async ValueTask<PlayerState> StartAsync(
        CommandScope scope, PlayRequest request, long newSeed, Caller caller, CancellationToken ct)
    {
        var isShuffleOnly = limits.ShufflesOnly(scope.Listener, scope.Device);
        if (isShuffleOnly && (request.Uris is not null || request.Offset is not null)) limits.RequireOrder(scope.Listener, scope.Device);
        long? seed = isShuffleOnly || scope.State.ShuffleSeed is not null ? newSeed : null;
        var start = request.Context is { } context
            ? await OfContextAsync(scope, context, request.Offset, seed, caller, ct)
            : await OfListAsync(scope, request.Uris!, request.Offset, seed, ct);
        var first = start.Window.Item!;
        RequireSupport(scope, first.Uri);
        var isSkip = limits.CountSkips(scope.Listener, scope.Device) && IsSkip(scope, request);
        if (isSkip) limits.RequireSkip(scope.Listener, scope.Device, scope.State, scope.Now);
        if (request.PositionMs is null && await ResumePositionAsync(scope, first.Uri, ct) is var position and > 0)
            start = start with { PositionMs = position };
        var state = scope.State.Activate(scope.Device.Id, play: null, scope.Now).Start(start, scope.Now);
        if (isSkip) state = state.WithSkip(scope.Now);
        return await upcoming.RefillAsync(state, scope.Listener, ct);
    }

    // Otherwise a listener would skip by starting the context again.
    private static bool IsSkip(CommandScope scope, PlayRequest request) =>
        scope.State.IsPlayingAt(scope.Now) || (request.Context is not null && request.Context == scope.State.Context);

    private async ValueTask<PlayStart> OfContextAsync(
        CommandScope scope, PlayContext context, ContextOffset? offset, long? seed, Caller caller, CancellationToken ct)
    {
        var listener = scope.Listener.ForContexts(caller.Scopes.HasFlag(Scopes.PlaylistReadPrivate));
        var window = await contexts.StartAsync(listener, context, offset, seed, ct)
            ?? throw ApiException.NotFound("Player command failed: The context does not exist");
        if (window.Item is null)
        {
            throw ApiException.NotFound(offset is null
                ? "Player command failed: The context has no items that you can play"
                : "Player command failed: The context has no items that you can play at the offset");
        }

        return new PlayStart(context, window) { ShuffleSeed = seed };
    }

    private async ValueTask<PlayStart> OfListAsync(
        CommandScope scope, IReadOnlyList<string> uris, ContextOffset? offset, long? seed, CancellationToken ct)
    {
        var wanted = offset switch
        {
            null => 0,
            ContextOffset.Position position => position.Index,
            ContextOffset.Item item => uris.ToList().FindIndex(uri => uri.EndsWith(item.Id, StringComparison.Ordinal)),
            _ => throw new ArgumentOutOfRangeException(nameof(offset), offset, null),
        };
        if (wanted < 0 || wanted >= uris.Count) throw NothingAtOffset();
        var list = await items.ReadAsync(scope, uris, ct);
        if (offset is null) return PlayStart.OfList(list, NoOffset, seed);
        // Items that the listener may not play are not in the list. The next one takes the place of such an item.
        var index = uris.Take(wanted).Count(list.Select(item => item.Uri).ToHashSet(StringComparer.Ordinal).Contains);
        return index < list.Count
            ? PlayStart.OfList(list, index, seed)
            : throw NothingAtOffset();
    }

    private static ApiException NothingAtOffset() =>
        ApiException.NotFound("Player command failed: There is no item that you can play at the offset");

    private static void RequireSupport(CommandScope scope, string uri)
    {
        if (SpotifyUri.TryParse(uri, out var item) && !scope.Device.ItemTypes.Contains(SpotifyUri.WireName(item.Type)))
            throw PlayerErrors.Forbidden($"The device plays no {SpotifyUri.WireName(item.Type)}s", PlayerErrors.ContextDisallowed);
    }

    private async ValueTask<long> ResumePositionAsync(CommandScope scope, string uri, CancellationToken ct)
    {
        if (!SpotifyUri.TryParse(uri, out var item) || item.Type == EntityType.Track) return 0;
        // The resume point of the current item is written when it is paused or left.
        var current = scope.State.Item?.Uri == uri ? scope.State : null;
        if (current?.IsPlayingAt(scope.Now) == true) return current.PositionAt(scope.Now);
        var points = await resumePoints.ReadAsync(scope.Listener.UserId, [item.Id], ct);
        var point = points.GetValueOrDefault(item.Id);
        return current is not null && (point is null || point.UpdatedAt < current.Position.At)
            ? current.PositionAt(scope.Now)
            : point?.PositionMs ?? 0;
    }
}
