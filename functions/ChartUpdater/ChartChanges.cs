using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Events;

namespace Spotify.Functions.ChartUpdater;

/// <summary>The changes of charts and of live listeners that messages cause.</summary>
internal sealed class ChartChanges
{
    /// <summary>The plays by series and window.</summary>
    public Dictionary<(string Series, DateTimeOffset Window), Dictionary<UInt128, long>> Plays { get; } = [];

    /// <summary>The started minus the ended streams by window.</summary>
    public Dictionary<DateTimeOffset, Dictionary<UInt128, long>> Live { get; } = [];

    /// <summary>
    /// Adds the plays and streams of a message. Charts have plays that were heard for 30 s or to the end. Neither has plays that arrive
    /// late, and an end counts only once, for the delivery that recorded it.
    /// </summary>
    public void Add(TasteUpdate update, DateTimeOffset now)
    {
        foreach (var play in update.Plays)
        {
            if (!play.IsNew || IsLate(play.EndedAt, now) || TrackOf(play.Uri) is not { } track) continue;
            if (play.PlayedMs >= Engagement.MinPlayedMs || play.Reason == EndReason.Completed)
            {
                var window = ChartRows.WindowOf(play.EndedAt);
                Count(Plays, (ChartRows.World, window), track, 1);
                if (Markets.IsKnown(update.Market)) Count(Plays, (update.Market, window), track, 1);
            }

            // An end belongs to the window of its start, so that both leave the live hour together.
            var start = play.EndedAt.AddMilliseconds(-Math.Clamp(play.PlayedMs, 0, TimeSpan.MillisecondsPerDay));
            if (start >= now - ChartRows.LiveSpan) Count(Live, ChartRows.WindowOf(start), track, -1);
        }

        foreach (var start in update.Starts.Where(start => !IsLate(start.StartedAt, now)))
            if (TrackOf(start.Uri) is { } track) Count(Live, ChartRows.WindowOf(start.StartedAt), track, 1);
    }

    private static bool IsLate(DateTimeOffset time, DateTimeOffset now) =>
        time < now - ChartRows.MaxLateness || time > now + ChartRows.Window;

    private static UInt128? TrackOf(string text) =>
        SpotifyUri.TryParse(text, out var uri) && uri.Type == EntityType.Track && SpotifyId.TryParse(uri.Id, out var number)
            ? number
            : null;

    private static void Count<TKey>(Dictionary<TKey, Dictionary<UInt128, long>> counts, TKey key, UInt128 track, long change)
        where TKey : notnull
    {
        if (!counts.TryGetValue(key, out var tracks)) counts[key] = tracks = [];
        tracks[track] = tracks.GetValueOrDefault(track) + change;
    }
}
