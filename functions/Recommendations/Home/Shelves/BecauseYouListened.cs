using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Seeds;
using Spotify.Web.Identity;

namespace Spotify.Functions.Recommendations.Home.Shelves;

/// <summary>
/// Tracks that go with a track and an artist whom the listener plays a lot at the moment: 70 % that the listener knows and 30 % new ones.
/// Both change from day to day. There are none without a model.
/// </summary>
internal sealed class BecauseYouListened(RecommenderSource recommenders, CatalogReader catalog) : IShelfSource
{
    private const int Length = 20;
    private const int Candidates = 60;

    // The number of favorites among which the seeds of a day are chosen.
    private const int Favorites = 5;

    /// <inheritdoc/>
    public Scopes Scopes => Scopes.UserTopRead;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct)
    {
        if (await request.History() is not { } history) return [];
        var excluded = history.Input.ExcludedTracks.ToArray().Concat(history.Input.ExcludedArtists.ToArray()).ToHashSet();
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(request.Viewer.Now, history.TimeZone).DateTime).DayNumber;
        var track = Chosen(FavoriteTracks(history).Where(id => !excluded.Contains(id)), history.UserId, day);
        var artist = Chosen(history.TopArtists.Select(top => top.Artist).Where(id => !excluded.Contains(id)), history.UserId, day);
        if (track is null && artist is null) return [];

        var playables = catalog.PlayablesAsync(track is { } id ? [SpotifyId.Format(id)] : [], ct);
        var artists = await catalog.ArtistsAsync(artist is { } one ? [SpotifyId.Format(one)] : [], ct);
        using var lease = await recommenders.TryRentAsync(ct);
        if (lease is null)
        {
            request.IsIncomplete = true;
            return [];
        }

        var shelves = new List<PlannedShelf>();
        foreach (var playable in (await playables).Values)
            shelves.AddRange(Shelf(playable.Id, playable.Name, Seed.Track(track!.Value), history, lease, request));
        foreach (var known in artists.Values)
            shelves.AddRange(Shelf(known.Id, known.Name, Seed.Artist(artist!.Value, known.Genres), history, lease, request));
        return shelves;
    }

    // By the plays of the last 30 days.
    private static IEnumerable<UInt128> FavoriteTracks(ListenerHistory history) => history.Plays
        .Where(play => play.RecentPlays > 0 && play.Weight > 0)
        .OrderByDescending(play => play.RecentPlays).ThenByDescending(play => play.LastPlayedAt).ThenBy(play => play.Track)
        .Select(play => play.Track);

    private static UInt128? Chosen(IEnumerable<UInt128> favorites, string userId, int day)
    {
        UInt128[] first = [.. favorites.Take(Favorites)];
        if (first.Length == 0 || !SpotifyId.TryParse(SpotifyId.FromName($"{day} {userId}"), out var hash)) return null;
        return first[(int)(hash % (UInt128)first.Length)];
    }

    private static IReadOnlyList<PlannedShelf> Shelf(
        string id, string name, Seed seed, ListenerHistory history, RecommenderLease lease, ShelfRequest request)
    {
        var disliked = history.Plays.Where(play => play.Weight < 0).Select(play => play.Track);
        var known = history.Plays.Where(play => play.Weight > 0).Select(play => play.Track).ToHashSet();
        var seedRequest = new SeedRequest
        {
            Seeds = [seed],
            Count = Candidates,
            Market = request.Viewer.Market,
            FilterExplicit = request.Viewer.ExplicitFilter,
            Listener = history.Input,
            ExcludedTracks = disliked.ToArray(),
        };
        var picks = lease.SeedsWith().Recommend(seedRequest, seed: 0, request.Viewer.Now).Picks;
        var familiar = FamiliarTracks.Nearest(lease.Model, seed, known, Candidates);
        var mix = FamiliarMix.Interleave(
            familiar, [.. picks.Where(pick => !known.Contains(pick.TrackId)).Select(pick => Track(pick, lease))], Length);
        return PlannedShelf.Of(
            $"because-{id}", $"Because you listened to {name}",
            mix.Select(track => new SpotifyUri(EntityType.Track, SpotifyId.Format(track.Id))), isRecommended: true);
    }

    private static MixTrack Track(Pick pick, RecommenderLease lease)
    {
        var tracks = lease.Model.Tracks;
        var artist = tracks.TryFind(pick.TrackId, out var row) && tracks.Artist(row) is >= 0 and var number
            ? tracks.ArtistId(number) : (UInt128?)null;
        return new MixTrack(pick.TrackId, artist, pick.Reason);
    }
}
