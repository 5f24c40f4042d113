using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Xunit;
using static Spotify.Recommendations.Tests.Ranking.PlantedCatalog;

namespace Spotify.Recommendations.Tests.Ranking;

public sealed class RecommenderTests
{
    private static readonly PlantedCatalog Catalog = Shared;
    private static readonly TrackTable Tracks = Catalog.Model.Tracks;
    private static readonly Recommender Recommender = new(Catalog.Model, new RankingOptions());

    public static TheoryData<int> EveryTaste { get; } = [.. Enumerable.Range(0, Tastes)];

    [Theory]
    [MemberData(nameof(EveryTaste))]
    public void OnlyExplorationLeavesTheTaste(int taste)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var listener = Catalog.Listener(taste, seed);
            var picks = Recommender.Recommend(listener, seed, Now);
            Assert.Equal(30, picks.Count);
            Assert.Equal(30, picks.Select(pick => pick.TrackId).Distinct().Count());
            Assert.Equal(6, picks.Count(IsExploration));
            Assert.All(picks.Where(pick => !IsExploration(pick)), pick => Assert.Equal(taste, TasteOf(pick.TrackId)));
            Assert.All(picks.Where(IsExploration), pick => AssertUnfamiliar(pick, listener));
        }
    }

    [Theory]
    [InlineData(10, 0.2, 2)]
    [InlineData(30, 0, 0)]
    [InlineData(30, 1, 30)]
    [InlineData(1, 0.2, 0)]
    [InlineData(50, 0.25, 13)]
    public void TheShareOfExplorationIsExact(int count, double share, int expected)
    {
        var recommender = new Recommender(Catalog.Model, new RankingOptions { Count = count, Exploration = share });
        var picks = recommender.Recommend(Catalog.Listener(3, 1), 1, Now);
        Assert.Equal((count, expected), (picks.Count, picks.Count(IsExploration)));
    }

    [Fact]
    public void ExplorationComesFromSeveralArtistsAndGenres()
    {
        var picks = Recommender.Recommend(Catalog.Listener(2, 1), 1, Now).Where(IsExploration).ToList();
        Assert.Equal(6, picks.Select(pick => pick.Reason.Artist).Distinct().Count());
        Assert.True(picks.Select(pick => pick.Reason.Genre).Distinct().Count() >= 4);
    }

    [Fact]
    public void ExplorationChangesWithTheSeed()
    {
        var listener = Catalog.Listener(2, 1);
        var lists = Enumerable.Range(0, 8).Select(seed => Recommender.Recommend(listener, seed, Now).Where(IsExploration)
            .Select(pick => pick.TrackId)).ToList();
        Assert.True(lists.SelectMany(list => list).Distinct().Count() >= 20, $"{lists.SelectMany(list => list).Distinct().Count()}");
    }

    [Fact]
    public void ArtistsAndGenresPlayedMoreThan90DaysAgoAreExplorationAgain()
    {
        var old = Catalog.Draw(4, 20, new Random(1)).Select(row => new TrackPlays(Id(row), 1, Now.AddDays(-91))).ToArray();
        var listener = Catalog.Listener(2, 1);
        listener = listener with { Plays = listener.Plays.ToArray().Concat(old).ToArray() };
        var explored = Enumerable.Range(0, 10).SelectMany(seed => Recommender.Recommend(listener, seed, Now)).Where(IsExploration).ToList();
        Assert.Contains(explored, pick => TasteOf(pick.TrackId) == 4);
        Assert.DoesNotContain(explored, pick => old.Any(play => play.TrackId == pick.TrackId));
    }

    [Fact]
    public void TheSameSeedGivesTheSameList()
    {
        var listener = Catalog.Listener(5, 3);
        var first = Recommender.Recommend(listener, 7, Now);
        Parallel.For(0, 8, i => Recommender.Recommend(Catalog.Listener(i, i), i, Now));
        Assert.Equal(first, Recommender.Recommend(listener, 7, Now));
        Assert.Equal(first, new Recommender(Catalog.Model, new RankingOptions()).Recommend(listener, 7, Now));
        Assert.NotEqual(first, Recommender.Recommend(listener, 8, Now));
    }

    [Fact]
    public void HeardAndDislikedAndExcludedTracksAreNotRecommended()
    {
        var listener = Catalog.Listener(1, 1, 40);
        var plays = listener.Plays.ToArray();
        for (var i = 0; i < 10; i++) plays[i] = plays[i] with { Weight = -1 };
        listener = listener with { Plays = plays };
        var before = Recommender.Recommend(listener, 1, Now);
        listener = listener with
        {
            ExcludedTracks = before.Take(8).Select(pick => pick.TrackId).ToArray(),
            ExcludedArtists = before.Skip(8).Take(4).Select(pick => ArtistOf(pick)).Append((UInt128)77).ToArray(),
            ExcludedAlbums = before.Skip(12).Take(4).Select(pick => Tracks.AlbumId(Tracks.Album(Row(pick)))).ToArray(),
        };
        var after = Recommender.Recommend(listener, 1, Now);

        Assert.Equal(30, after.Count);
        Assert.All(after, pick => Assert.DoesNotContain(plays, play => play.TrackId == pick.TrackId));
        Assert.Empty(after.Select(pick => pick.TrackId).Intersect(listener.ExcludedTracks.ToArray()));
        Assert.Empty(after.Select(ArtistOf).Intersect(listener.ExcludedArtists.ToArray()));
        Assert.Empty(after.Select(pick => Tracks.AlbumId(Tracks.Album(Row(pick)))).Intersect(listener.ExcludedAlbums.ToArray()));
    }

    [Fact]
    public void PlaysOfExcludedArtistsHaveNoInfluence()
    {
        var listener = Catalog.Listener(1, 1, 20);
        var others = Catalog.Draw(4, 30, new Random(1));
        var excluding = listener with
        {
            Plays = listener.Plays.ToArray().Concat(others.Select(row => new TrackPlays(Id(row), 1, Now))).ToArray(),
            ExcludedArtists = others.Select(row => Tracks.ArtistId(Tracks.Artist(row))).ToArray(),
        };
        var picks = Recommender.Recommend(excluding, 1, Now);
        Assert.All(picks.Where(pick => !IsExploration(pick)), pick => Assert.Equal(1, TasteOf(pick.TrackId)));
    }

    [Theory]
    [InlineData("US", false)]
    [InlineData("DE", true)]
    [InlineData(null, true)]
    public void MarketWindowAndExplicitFilterHold(string? market, bool filterExplicit)
    {
        var rows = Enumerable.Range(0, 20)
            .Select(seed => Catalog.Listener(seed % Tastes, seed) with { Market = market, FilterExplicit = filterExplicit })
            .SelectMany((listener, seed) => Recommender.Recommend(listener, seed, Now)).Select(Row).ToList();
        Assert.Equal(market == "DE", rows.Any(row => row % 10 == 3));
        Assert.Equal(!filterExplicit, rows.Any(row => row % 10 == 5));
        Assert.DoesNotContain(rows, row => row % 10 == 7);
    }

    [Fact]
    public void AtMostTwoTracksAreByAnArtistAndAtMostHalfOfAGenre()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var rows = Recommender.Recommend(Catalog.Listener(seed % Tastes, seed, 40), seed, Now).Select(Row).ToList();
            Assert.All(rows.GroupBy(Tracks.Artist), artist => Assert.True(artist.Count() <= 2));
            Assert.All(rows.Where(row => Tracks.Genres(row).Length > 0).GroupBy(row => Tracks.Genres(row)[0]),
                genre => Assert.True(genre.Count() <= 15));
        }
    }

    [Fact]
    public void NoNeighboursAreByOneArtistAndTheTempoVaries()
    {
        var (arranged, byScore) = (new List<float>(), new List<float>());
        for (var seed = 0; seed < 20; seed++)
        {
            var picks = Recommender.Recommend(Catalog.Listener(seed % Tastes, seed), seed, Now);
            var artists = picks.Select(ArtistOf).ToList();
            Assert.DoesNotContain(artists.Zip(artists.Skip(1)), pair => pair.First == pair.Second);
            arranged.Add(Steps(picks));
            byScore.Add(Steps(picks.OrderByDescending(pick => pick.Score)));
        }

        Assert.True(arranged.Average() > byScore.Average() * 1.15, $"{arranged.Average()} {byScore.Average()}");

        static float Steps(IEnumerable<Pick> of)
        {
            var tempos = of.Select(pick => Tracks.Tempo(Row(pick))).ToList();
            return tempos.Zip(tempos.Skip(1), (a, b) => Math.Abs(a - b)).Average();
        }
    }

    [Fact]
    public void ReasonsAreTrue()
    {
        var kinds = new HashSet<PickKind>();
        for (var seed = 0; seed < 40; seed++)
        {
            var listener = Catalog.Listener(seed % Tastes, seed, 5 + seed, seed % 2 == 0 ? "SE" : "FR");
            var plays = listener.Plays.ToArray();
            plays[^1] = plays[^1] with { Weight = -1 };
            listener = listener with { Plays = plays };
            foreach (var pick in Recommender.Recommend(listener, seed, Now))
            {
                kinds.Add(pick.Reason.Kind);
                AssertTrue(pick, listener);
            }
        }

        PickKind[] expected = [PickKind.PlayedTogether, PickKind.FamiliarArtist, PickKind.SimilarSound, PickKind.Exploration];
        Assert.Superset(expected.ToHashSet(), kinds);
    }

    [Fact]
    public void RankingIsThatOfTheEnsembleWithoutLimits()
    {
        var listener = Catalog.Listener(6, 1);
        var preferences = listener.Plays.ToArray().Select(play => new Recommendations.Interactions.Preference((int)play.TrackId - 1, 1));
        var ranked = new RankedTrack[60];
        Assert.Equal(60, Recommender.Rank(preferences.ToArray(), ranked));
        Assert.Equal(60, ranked.Select(track => track.Row).Distinct().Count());
        Assert.Equal(ranked.OrderByDescending(track => track.Score), ranked);
        Assert.Empty(ranked.Select(track => Id(track.Row)).Intersect(listener.Plays.ToArray().Select(play => play.TrackId)));
        Assert.All(ranked.Take(30), track => Assert.Equal(6, TasteOf(track.Row)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Recommender.Rank([new(-1, 1)], new RankedTrack[1]));
    }

    private static bool IsExploration(Pick pick) => pick.Reason.Kind is PickKind.Exploration or PickKind.NewTrack;

    private static int Row(Pick pick) => Tracks.TryFind(pick.TrackId, out var row) ? row : throw new KeyNotFoundException();

    private static UInt128 ArtistOf(Pick pick) => Tracks.ArtistId(Tracks.Artist(Row(pick)));

    private static void AssertUnfamiliar(Pick pick, ListenerInput listener)
    {
        foreach (var play in listener.Plays.ToArray())
        {
            Assert.True(Tracks.TryFind(play.TrackId, out var played));
            Assert.NotEqual(Tracks.Artist(played), Tracks.Artist(Row(pick)));
            Assert.Empty(Tracks.Genres(played).ToArray().Intersect(Tracks.Genres(Row(pick)).ToArray()));
        }
    }

    private static void AssertTrue(Pick pick, ListenerInput listener)
    {
        var (row, reason) = (Row(pick), pick.Reason);
        var liked = listener.Plays.ToArray().Where(play => play.Weight > 0).Select(play => play.TrackId).ToList();
        switch (reason.Kind)
        {
            case PickKind.PlayedTogether or PickKind.SimilarContent or PickKind.SimilarSound:
                Assert.Contains(reason.Track!.Value, liked);
                Assert.Equal(TasteOf(pick.TrackId), TasteOf(reason.Track.Value));
                break;
            case PickKind.FamiliarArtist:
                Assert.Equal(ArtistOf(pick), reason.Artist);
                Assert.Contains(listener.Plays.ToArray(), play =>
                    Tracks.TryFind(play.TrackId, out var played) && Tracks.ArtistId(Tracks.Artist(played)) == reason.Artist);
                break;
            case PickKind.FamiliarGenre:
                Assert.Contains(Tracks.Genres(row).ToArray(), genre => Tracks.GenreName(genre) == reason.Genre);
                break;
            case PickKind.Popular:
                var list = Catalog.Model.Popular.Find(reason.Market is { } market ? MarketCode.Parse(market) : PopularTracks.World, null);
                Assert.Contains(row, list.Tracks.ToArray());
                Assert.True(reason.Market is null || reason.Market == listener.Market);
                break;
            case PickKind.Exploration or PickKind.NewTrack:
                AssertUnfamiliar(pick, listener);
                Assert.Equal(ArtistOf(pick), reason.Artist);
                Assert.Equal(Tracks.Genres(row) is [var first, ..] ? Tracks.GenreName(first) : null, reason.Genre);
                Assert.Equal(IsNew(pick.TrackId), reason.Kind == PickKind.NewTrack);
                break;
            default:
                Assert.Fail($"There is a better reason than {reason.Kind}.");
                break;
        }
    }
}
