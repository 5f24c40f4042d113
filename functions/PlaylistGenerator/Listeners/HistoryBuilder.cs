using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Events.Taste;
using Spotify.Functions.Recommendations.Feedback;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Listeners;

/// <summary>The history of a listener while its rows are read.</summary>
internal sealed class HistoryBuilder
{
    private readonly Row user;
    private readonly TasteState taste;
    private readonly RankingVariant variant;
    private readonly DateTimeOffset now;
    private readonly Dictionary<UInt128, PlayedTrack> plays = [];
    private readonly Dictionary<UInt128, (float Weight, DateTimeOffset At)> saves = [];
    private readonly Dictionary<string, List<UInt128>> saved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> periods = new(StringComparer.Ordinal);
    private readonly HashSet<string> excludedContexts = new(StringComparer.Ordinal);
    private readonly Dictionary<EntityType, HashSet<UInt128>> hidden = [];
    private readonly HashSet<UInt128> withoutTaste = [];
    private readonly List<(DateTimeOffset Start, DateTimeOffset End)> sessions = [];

    /// <summary>Creates a history.</summary>
    /// <param name="user">The row of the user.</param>
    /// <param name="taste">The taste; null if there is none.</param>
    /// <param name="variant">The variant of the settings that the listener is in.</param>
    /// <param name="now">The time.</param>
    public HistoryBuilder(Row user, TasteState? taste, RankingVariant variant, DateTimeOffset now) =>
        (this.user, this.taste, this.variant, this.now) = (user, taste ?? new TasteState(), variant, now);

    /// <summary>The user id.</summary>
    public string UserId => user.String("UserId");

    /// <summary>Whether the plays must be compared with private sessions.</summary>
    public bool HadPrivateSessions => sessions.Count > 0;

    /// <summary>Adds an exclusion, a private session or the period of a surface.</summary>
    public void AddRule(Row row)
    {
        var name = row.String("Name");
        switch (row.String("Kind"))
        {
            case "session":
                sessions.Add((row.Timestamp("StartsAt"), row.Timestamp("EndsAt")));
                break;
            case "surface":
                periods[name] = row.String("Value");
                break;
            case "exclusion":
                excludedContexts.Add(name);
                Hide(name);
                break;
            default:
                Hide(name);
                break;
        }
    }

    /// <summary>Adds a saved track or album, or a followed artist. The newest of each type come first.</summary>
    public void AddSaved(Row row)
    {
        if (!SpotifyId.TryParse(row.String("ItemId"), out var id)) return;
        var type = row.String("Type");
        if (!saved.TryGetValue(type, out var items)) saved.Add(type, items = []);
        if (items.Count == HistoryReader.MaxSaved) return;
        items.Add(id);
        if (type == "track") Save(id, SignalWeights.SavedTrack, row.Timestamp("AddedAt"));
    }

    /// <summary>Adds a track of a saved album.</summary>
    public void AddAlbumTrack(Row row)
    {
        if (SpotifyId.TryParse(row.String("PlayableId"), out var id)) Save(id, SignalWeights.SavedAlbum, row.Timestamp("AddedAt"));
    }

    /// <summary>Adds the additions of a track to playlists.</summary>
    public void AddAddition(Row row)
    {
        if (!SpotifyId.TryParse(row.String("PlayableId"), out var id)) return;
        Save(id, SignalWeights.PlaylistAdd * (float)row.Float64("Weight"), row.Timestamp("AddedAt"));
    }

    /// <summary>Adds all plays of a track.</summary>
    public void AddPlays(Row row)
    {
        if (!SpotifyId.TryParse(row.String("PlayableId"), out var id)) return;
        plays[id] = new PlayedTrack(
            id, (float)(row.Float64("Weight") / 1000), row.Int32("RecentPlays"), row.Int32("RecentSkips"), row.Int32("Completions"),
            row.Timestamp("LastPlayedAt"));
    }

    /// <summary>Adds one play, whose weight is 0 if a part of it was in a private session.</summary>
    public void AddPlay(Row row)
    {
        if (!SpotifyId.TryParse(row.String("PlayableId"), out var id)) return;
        var endedAt = row.Timestamp("PlayedAt");
        var startedAt = endedAt.AddMilliseconds(-Math.Clamp(row.Int64("PlayedMs"), 0, TimeSpan.MillisecondsPerDay));
        var counts = !sessions.Exists(session => session.Start <= endedAt && session.End > startedAt)
            && !excludedContexts.Contains(row.StringOrNull("ContextUri") ?? "");
        var known = plays.GetValueOrDefault(id, new PlayedTrack(id, 0, 0, 0, 0, endedAt));
        plays[id] = new PlayedTrack(
            id,
            known.Weight + (counts ? (float)(row.Int64("Engagement") / 1000.0 * PlayWeights.Decay((now - endedAt).TotalDays)) : 0),
            known.RecentPlays + (counts && row.Bool("IsListed") && endedAt >= now - PlayWeights.Recent ? 1 : 0),
            known.RecentSkips + (counts && row.Int64("Engagement") < 0 && endedAt >= now - PlayWeights.Recent ? 1 : 0),
            known.Completions + (counts && row.String("EndReason") == "completed" ? 1 : 0),
            endedAt > known.LastPlayedAt ? endedAt : known.LastPlayedAt);
    }

    /// <summary>Returns the history.</summary>
    public ListenerHistory Build()
    {
        AddOldPlays();
        foreach (var id in withoutTaste)
        {
            saves.Remove(id);
            if (plays.TryGetValue(id, out var play)) plays[id] = play with { Weight = 0 };
        }

        var (country, filterExplicit, followed) = (user.String("Country"), user.Bool("ExplicitFilter"), Saved("artist"));
        return new ListenerHistory
        {
            UserId = UserId,
            ListenerId = user.StringOrNull("ListenerId"),
            Country = country,
            FilterExplicit = filterExplicit,
            TimeZone = TimeZones.Of(user.StringOrNull("TimeZone"), country),
            Variant = variant,
            IsSuspect = user.TimestampOrNull("SuspectUntil") > now,
            Input = new ListenerInput
            {
                Plays = Signals(),
                ExcludedTracks = Hidden(EntityType.Track),
                ExcludedArtists = Hidden(EntityType.Artist),
                ExcludedAlbums = Hidden(EntityType.Album),
                ChosenArtists = followed,
                Market = country,
                FilterExplicit = filterExplicit,
            },
            Plays = [.. plays.Values],
            SavedTracks = Saved("track"),
            SavedAlbums = Saved("album"),
            FollowedArtists = followed,
            TopArtists = taste.Artists(TasteTerm.Medium),
            TopGenres = taste.Genres(TasteTerm.Medium),
            Periods = periods,
        };
    }

    private void Save(UInt128 track, float weight, DateTimeOffset at)
    {
        var known = saves.GetValueOrDefault(track, (0, at));
        saves[track] = (known.Weight + weight, at > known.At ? at : known.At);
    }

    private void Hide(string uri)
    {
        if (!SpotifyUri.TryParse(uri, out var entity) || !SpotifyId.TryParse(entity.Id, out var id)) return;
        if (!hidden.TryGetValue(entity.Type, out var ids)) hidden.Add(entity.Type, ids = []);
        ids.Add(id);
        if (entity.Type == EntityType.Track) withoutTaste.Add(id);
    }

    // Plays that are older than the history count by the taste, which keeps the favorite tracks.
    private void AddOldPlays()
    {
        foreach (var (track, sum, age) in taste.TracksAt(now, SignalWeights.HalfLifeDays))
            plays.TryAdd(track, new PlayedTrack(track, (float)sum, 0, 0, 0, now - Max(age, PlayWeights.MaxAge)));
    }

    // Saved tracks count as heard.
    private TrackPlays[] Signals()
    {
        var signals = new List<TrackPlays>(plays.Count + saves.Count);
        foreach (var play in plays.Values) signals.Add(new TrackPlays(play.Track, play.Weight, play.LastPlayedAt));
        foreach (var (track, (weight, at)) in saves) signals.Add(new TrackPlays(track, weight, at));
        // The order of rows is undefined, and sums of floating-point numbers depend on it.
        signals.Sort((one, other) => (one.TrackId, one.Weight).CompareTo((other.TrackId, other.Weight)));
        return [.. signals];
    }

    private UInt128[] Saved(string type) => saved.TryGetValue(type, out var items) ? [.. items] : [];

    private UInt128[] Hidden(EntityType type) => hidden.TryGetValue(type, out var ids) ? [.. ids.Order()] : [];

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
