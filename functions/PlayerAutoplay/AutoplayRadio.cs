using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.Recommendations.Radio;
using Spotify.Player;

namespace Spotify.Functions.PlayerAutoplay;

/// <summary>A reader of the tracks of the radio that follows a context.</summary>
internal sealed class AutoplayRadio(
    RadioSeedReader seeds,
    RadioService radios,
    HistoryReader histories,
    RecommenderSource models,
    ContextReader contexts,
    TimeProvider time)
{
    // No listener waits for the task, so that a new instance loads the model first. If that takes too long, the radio has popular tracks,
    // because the context may end within a song.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Returns tracks near to the context. Returns tracks near to the current track if the context is no seed of a radio, or if the radio
    /// has begun, because the tracks near to the context were played already. Tracks that the player has played or will play are left out.
    /// Empty if there are none.
    /// </summary>
    public async Task<IReadOnlyList<ContextItem>> ItemsAsync(AutoplayTask task, PlayerState state, CancellationToken ct)
    {
        if (await SourceAsync(task.UserId, state, ct) is not { } source) return [];
        using var model = await RentAsync(ct);
        var reading = ListenerAsync(task, ct);
        var tracks = await radios.TracksAsync(source, reading, ct);
        var listener = await reading;
        var known = state.Previous.Concat(state.Next).Concat(state.Queue).Append(state.Item).Select(item => item?.Uri).ToHashSet();
        var uris = tracks.Items.Select(item => new SpotifyUri(EntityType.Track, SpotifyId.Format(item.Track)).ToString())
            .Where(uri => !known.Contains(uri));
        var items = await contexts.ItemsAsync(
            new ContextListener(task.UserId, listener.Country, listener.FilterExplicit, MayReadPrivate: false), [.. uris], ct);
        return [.. items.Take(PlayerLimits.MaxAutoplay)];
    }

    private async Task<RadioSource?> SourceAsync(string userId, PlayerState state, CancellationToken ct)
    {
        var hasBegun = state.Next.Append(state.Item).Any(item => item?.Source == ItemSource.Autoplay);
        if (!hasBegun
            && RadioSeed.TryParse(state.Context?.Uri, userId, out var context)
            && await seeds.ReadAsync(context, userId, ct) is { } source)
            return source;
        return RadioSeed.TryParse(state.Item?.Uri, userId, out var track) ? await seeds.ReadAsync(track, userId, ct) : null;
    }

    // A listener who is known from the token only has no history.
    private async Task<ListenerHistory> ListenerAsync(AutoplayTask task, CancellationToken ct) =>
        await histories.ReadAsync([task.UserId], ct) is [var known]
            ? known
            : new ListenerHistory { UserId = task.UserId, Country = task.Country };

    private async Task<RecommenderLease?> RentAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await models.RentAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
