using System.Runtime.CompilerServices;
using Spotify.Domain.Playlists;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Training;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>
/// The generator of Release Radar: unheard tracks of the releases of the last four weeks by artists whom the listener follows or plays,
/// those of this week first, then new tracks near the listener's taste. A release that was announced in an earlier week comes after new
/// ones. A release whose tracks become available later counts as released then.
/// </summary>
/// <remarks>
/// A batch of 100 listeners costs at most 20 queries for the releases of 10,000 artists and 8 for the tracks of 4,000 releases, each with a
/// constant number of round trips, because the queries of a step run at the same time.
/// </remarks>
internal sealed class ReleaseRadar(ReleaseReader reader) : ISurfaceGenerator
{
    private const int Weeks = 4;
    private const int Length = 30;

    // Some may not be playable any more.
    private const int Candidates = 40;

    private const int MaxFollowed = 60;
    private const int MaxTopArtists = 40;
    private const int MaxReleases = 40;
    private const int TracksPerArtist = 2;

    // Shorter albums count as singles.
    private const int MinAlbumTracks = 4;

    private static readonly Surface Surface = Surface.ReleaseRadar;

    // The new tracks of each model, kept as long as the model is in use.
    private readonly ConditionalWeakTable<TrainedModel, FreshTracks> fresh = [];

    /// <inheritdoc/>
    public IReadOnlyList<Surface> Surfaces { get; } = [Surface];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GeneratedList>> GenerateAsync(SurfaceRequest request, CancellationToken ct)
    {
        var radars = request.Listeners.Select(listener => new Radar(listener, request.Now)).ToList();
        var releases = await reader.ReleasesAsync(
            radars.SelectMany(radar => radar.Artists).Distinct(),
            radars.Min(radar => radar.Friday).AddDays(-7 * Weeks + 1),
            radars.Max(radar => radar.Today),
            ct);
        foreach (var radar in radars) radar.Choose(releases);
        var tracks = await reader.TracksAsync(radars.SelectMany(radar => radar.Releases).Select(release => release.Album).Distinct(), ct);
        return [.. radars.Select(radar => ListOf(radar, tracks, request, ct))];
    }

    private GeneratedList ListOf(Radar radar, ILookup<UInt128, ReleasedTrack> tracks, SurfaceRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var items = radar.ItemsOf(tracks);
        if (request.Recommenders is { } model && items.Count < Candidates)
        {
            var listed = items.Select(item => item.Track).ToHashSet();
            var near = fresh.GetValue(model.Model, of => new FreshTracks(of, 7 * Weeks))
                .NearTo(radar.Listener.Input, Candidates, tracksPerArtist: 1, request.Now);
            items.AddRange(near.Where(pick => listed.Add(pick.TrackId)).Take(Candidates - items.Count)
                .Select(pick => new GeneratedItem(pick.TrackId, pick.Reason)));
        }

        return new GeneratedList(
            radar.Listener.UserId, Surface, Surface.Name,
            "New music by artists you follow and play, and more that is new. Updated every Friday.", items)
        {
            Length = Length, ModelVersion = request.Recommenders?.Version,
        };
    }

    // The radar of a listener while it is made.
    private sealed class Radar
    {
        private readonly DateTimeOffset now;
        private readonly Dictionary<UInt128, int> ranks = [];
        private readonly HashSet<UInt128> heard;

        public Radar(DueListener listener, DateTimeOffset now)
        {
            (Listener, this.now) = (listener.History, now);
            Friday = listener.Due[Surface].Date;
            Today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Listener.TimeZone).DateTime);
            // A followed artist who is played comes before one who is only followed or only played.
            var top = Listener.TopArtists.Select(artist => artist.Artist).Take(MaxTopArtists).ToList();
            var followed = Listener.FollowedArtists.Take(MaxFollowed).ToHashSet();
            foreach (var artist in top.Where(followed.Contains).Concat(Alternate(top, [.. followed])))
                if (!Listener.Input.ExcludedArtists.Span.Contains(artist)) ranks.TryAdd(artist, ranks.Count);
            heard = [.. Listener.Input.ExcludedTracks.Span, .. Listener.Input.Plays.ToArray().Select(play => play.TrackId)];
        }

        public ListenerHistory Listener { get; }

        /// <summary>The first day of the radar's week.</summary>
        public DateOnly Friday { get; }

        public DateOnly Today { get; }

        public IEnumerable<UInt128> Artists => ranks.Keys;

        public IReadOnlyList<Release> Releases { get; private set; } = [];

        public void Choose(ILookup<UInt128, Release> all) => Releases =
        [
            .. ranks.Keys.SelectMany(artist => all[artist])
                .Where(release => WeekOf(release.Date) is < Weeks && release.Date <= Today && release.Markets.Contains(Listener.Country)
                    && !Listener.Input.ExcludedAlbums.Span.Contains(release.Album))
                // An album of two artists is that of the favorite.
                .DistinctBy(release => release.Album)
                .OrderBy(release => WeekOf(release.Date)).ThenBy(release => ranks[release.Artist]).ThenByDescending(release => release.Date)
                .ThenBy(release => release.Album)
                .Take(MaxReleases),
        ];

        public List<GeneratedItem> ItemsOf(ILookup<UInt128, ReleasedTrack> all)
        {
            var offers = Releases.SelectMany(release => OffersOf(release, all[release.Album].ToList()))
                .OrderBy(offer => offer.Week).ThenBy(offer => ranks[offer.Release.Artist]).ThenByDescending(offer => offer.Release.Date)
                .ThenBy(offer => offer.Release.Album).ThenBy(offer => offer.Place)
                .ToList();
            var chosen = new HashSet<Offer>();
            var (recordings, artists) = (new HashSet<string>(StringComparer.Ordinal), new Dictionary<UInt128, int>());
            // The second track of an album only if there is room after the first ones of all releases.
            foreach (var offer in offers.OrderBy(offer => offer.Place))
            {
                var artist = offer.Track.Artists is [var main, ..] ? main : offer.Release.Artist;
                if (chosen.Count == Length || artists.GetValueOrDefault(artist) == TracksPerArtist) continue;
                if (offer.Track.Isrc is { } isrc && !recordings.Add(isrc)) continue;
                artists[artist] = artists.GetValueOrDefault(artist) + 1;
                chosen.Add(offer);
            }

            return [.. offers.Where(chosen.Contains)
                .Select(offer => new GeneratedItem(offer.Track.Id, new PickReason(PickKind.NewRelease, Artist: offer.Release.Artist)))];
        }

        // The most popular track of a release; two of an album.
        private IEnumerable<Offer> OffersOf(Release release, List<ReleasedTrack> tracks) => tracks
            .Where(track => track.Play.IsPlayable(Listener.Country, Listener.FilterExplicit, now) && !heard.Contains(track.Id)
                && !track.Artists.Any(artist => Listener.Input.ExcludedArtists.Span.Contains(artist)))
            .OrderByDescending(track => track.Popularity).ThenBy(track => track.Number).ThenBy(track => track.Id)
            .Take(release.IsSingle || tracks.Count < MinAlbumTracks ? 1 : TracksPerArtist)
            .Select((track, place) => new Offer(release, track, place, WeekOf(AvailableOn(release, track))));

        private DateOnly AvailableOn(Release release, ReleasedTrack track)
        {
            if (track.Play.Rights.From is not { } from) return release.Date;
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Listener.TimeZone).DateTime);
            return day > release.Date ? day : release.Date;
        }

        // 0: after last week's radar; 1: announced by it; and so on. The day of the last radar belongs to the last week.
        private int WeekOf(DateOnly date) => Math.Max(0, (Friday.DayNumber - date.DayNumber) / 7);

        private static IEnumerable<UInt128> Alternate(List<UInt128> one, List<UInt128> other)
        {
            for (var i = 0; i < Math.Max(one.Count, other.Count); i++)
            {
                if (i < one.Count) yield return one[i];
                if (i < other.Count) yield return other[i];
            }
        }

        private sealed record Offer(Release Release, ReleasedTrack Track, int Place, int Week);
    }
}
