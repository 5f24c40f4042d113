using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events;
using Spotify.Events.Taste;
using Spotify.Functions.Search.Browse;

namespace Spotify.Functions.TasteUpdater;

/// <summary>
/// The consumer of recorded plays that keeps the taste of each listener. A message changes one row in one transaction. The row has the ids
/// of the events of the last day, so that every play counts once.
/// </summary>
internal sealed class TasteUpdater(
    IDatabase database, TasteStore store, TrackFeatures features, EditorialPlaylists editorial, TasteMetrics metrics, TimeProvider time)
    : IMessageConsumer<TasteUpdate>
{
    /// <inheritdoc/>
    /// <exception cref="PoisonMessageException">The user or a play is invalid.</exception>
    public async Task HandleAsync(TasteUpdate update, MessageContext message, CancellationToken ct)
    {
        if (!User.IsValidId(update.UserId)) throw new PoisonMessageException("The user id is invalid.");
        if (update.Plays.Count == 0) return;
        if (update.IsSuspect)
        {
            metrics.Count("suspect", update.Plays.Count);
            return;
        }

        var plays = await PlaysAsync(update.Plays, ct);
        var outcomes = await database.TransactAsync(transaction => ApplyAsync(transaction, update.UserId, plays), ct);
        foreach (var (outcome, count) in outcomes.CountBy(outcome => outcome)) metrics.Count(outcome, count);
    }

    private async Task<List<string>> ApplyAsync(
        ITransaction transaction, string userId, IReadOnlyList<(Play Play, TrackFeature? Track, TastePlay Taste)> plays)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var rules = await TasteRules.ReadAsync(transaction, userId, plays.Min(play => TasteRules.StartOf(play.Play)));
        if (!rules.HasAccount) return [.. plays.Select(_ => "no_account")];
        var state = await store.ReadAsync(transaction, userId);
        var outcomes = plays.Select(play =>
            rules.IsPrivate(play.Play) ? "private"
            : rules.IsExcluded(play.Play, play.Track) ? "excluded"
            : state.Apply(play.Taste, now) switch
            {
                TasteResult.Applied => "applied",
                TasteResult.Repeated => "repeated",
                TasteResult.Late => "late",
                _ => "too_many",
            }).ToList();
        if (outcomes.Contains("applied")) transaction.Add(TasteStore.Write(userId, state, now));
        return outcomes;
    }

    private async Task<List<(Play Play, TrackFeature? Track, TastePlay Taste)>> PlaysAsync(IReadOnlyList<Play> plays, CancellationToken ct)
    {
        var tracks = await features.OfAsync(plays.Select(TrackIdOf).OfType<string>().Distinct(StringComparer.Ordinal), ct);
        var moods = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var context in plays.Select(play => play.ContextUri ?? "").Distinct(StringComparer.Ordinal))
        {
            moods[context] = SpotifyUri.TryParse(context, out var uri) && uri.Type == EntityType.Playlist
                ? await editorial.CategoriesOfAsync(uri.Id, ct)
                : [];
        }

        return [.. plays.Select(play =>
        {
            var id = TrackIdOf(play);
            var track = id is null ? null : tracks.GetValueOrDefault(id);
            return (play, track, new TastePlay(play.EventId, play.EndedAt, play.Engagement)
            {
                Track = track is not null && SpotifyId.TryParse(id, out var number) ? number : null,
                Artists = track is null ? [] : [.. Numbers(track.ArtistIds)],
                Genres = track?.Genres ?? [],
                Moods = moods[play.ContextUri ?? ""],
            });
        })];
    }

    private static string? TrackIdOf(Play play) =>
        SpotifyUri.TryParse(play.Uri, out var uri) && uri.Type == EntityType.Track ? uri.Id : null;

    private static IEnumerable<UInt128> Numbers(IEnumerable<string> ids)
    {
        foreach (var id in ids)
            if (SpotifyId.TryParse(id, out var number)) yield return number;
    }
}
