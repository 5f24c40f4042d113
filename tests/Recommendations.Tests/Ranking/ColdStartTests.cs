using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Xunit;
using static Spotify.Recommendations.Tests.Ranking.PlantedCatalog;

namespace Spotify.Recommendations.Tests.Ranking;

public sealed class ColdStartTests
{
    private static readonly PlantedCatalog Catalog = Shared;
    private static readonly Recommender Recommender = new(Catalog.Model, new RankingOptions());

    [Fact]
    public void After10PlaysMoreListsHitThanPopularityAtLeastOneAndAHalfTimes()
    {
        var popular = Catalog.Model.Popular.Find(PopularTracks.World, null).Tracks.ToArray();
        var (hits, popularHits, listeners) = (0, 0, 0);
        for (var seed = 0; seed < 20 * Tastes; seed++, listeners++)
        {
            // Of the next two tracks that the listener plays, is any in the list?
            var plays = Catalog.Draw(seed % Tastes, 12, new Random(1000 + seed));
            var (known, next) = (plays[..10], plays[10..].Select(Id).ToList());
            hits += Recommender.Recommend(Listener(known), seed, Now).Any(pick => next.Contains(pick.TrackId)) ? 1 : 0;
            popularHits += popular.Except(known).Take(30).Any(row => next.Contains(Id(row))) ? 1 : 0;
        }

        Assert.True(hits >= 1.5 * popularHits && hits > listeners * 0.3, $"{hits} {popularHits} of {listeners}");
    }

    [Theory]
    [InlineData("SE", 0)]
    [InlineData("DE", 1)]
    public void ANewListenerGetsWhatIsPopularInTheirMarket(string market, int taste)
    {
        var picks = Recommender.Recommend(new ListenerInput { Market = market }, 1, Now);
        Assert.Equal(30, picks.Count);
        Assert.Equal(6, picks.Count(pick => pick.Reason.Kind is PickKind.Exploration or PickKind.NewTrack));
        Assert.True(picks.Count(pick => TasteOf(pick.TrackId) == taste) >= 20);
        Assert.Contains(picks, pick => pick.Reason == new PickReason(PickKind.Popular, Market: market));
    }

    [Fact]
    public void ANewListenerGetsWhatIsPopularAtThisTimeOfTheDay()
    {
        int Count(DateTimeOffset now) => Recommender.Recommend(new ListenerInput { Market = "US" }, 1, now)
            .Count(pick => TasteOf(pick.TrackId) == 2);
        Assert.True(Count(Now.AddHours(12)) >= Count(Now) + 6, $"{Count(Now.AddHours(12))} {Count(Now)}");
    }

    [Fact]
    public void ANewListenerGetsWhatResemblesTheArtistsAndGenresThatTheyChose()
    {
        var artists = Enumerable.Range(0, 2).Select(i => (UInt128)(10_000 + (3 * ArtistsPerTaste) + i)).ToArray();
        var byArtist = Recommender.Recommend(new ListenerInput { Market = "US", ChosenArtists = artists }, 1, Now);
        var byGenre = Recommender.Recommend(new ListenerInput { Market = "US", ChosenGenres = ["genre 3a", "?"] }, 1, Now);
        foreach (var picks in new[] { byArtist, byGenre })
        {
            Assert.True(picks.Count(pick => TasteOf(pick.TrackId) == 3) >= 20);
            Assert.Equal(6, picks.Count(pick => pick.Reason.Kind is PickKind.Exploration or PickKind.NewTrack));
        }

        Assert.Contains(byArtist, pick => pick.Reason.Kind == PickKind.FamiliarArtist && artists.Contains(pick.Reason.Artist!.Value));
        Assert.Contains(byGenre, pick => pick.Reason == new PickReason(PickKind.FamiliarGenre, Genre: "genre 3a"));
    }

    [Fact]
    public void EveryPlayCountsForMore()
    {
        var shares = new[] { 0, 1, 3, 10 }.Select(plays => Enumerable.Range(0, 40).Average(seed => Recommender
            .Recommend(Catalog.Listener(4, seed, plays, "SE"), seed, Now).Count(pick => TasteOf(pick.TrackId) == 4))).ToList();
        var learns = shares[0] < shares[1] && shares[1] + 2 < shares[2] && shares[2] <= shares[3];
        Assert.True(learns && shares[0] < 5 && shares[^1] >= 23, string.Join(' ', shares));
    }

    [Fact]
    public void ANewTrackOfKnownSoundReachesTheRightListeners()
    {
        var (right, wrong) = (0, 0);
        for (var seed = 0; seed < 10 * Tastes; seed++)
        {
            var picks = Recommender.Recommend(Catalog.Listener(seed % Tastes, seed), seed, Now).Where(pick => IsNew(pick.TrackId)).ToList();
            right += picks.Count(pick => TasteOf(pick.TrackId) == seed % Tastes);
            wrong += picks.Count(pick => TasteOf(pick.TrackId) != seed % Tastes);
        }

        // By chance, one of eight would be right.
        Assert.True(right >= 10 * Tastes && right >= 3 * wrong, $"{right} {wrong}");
    }
}
