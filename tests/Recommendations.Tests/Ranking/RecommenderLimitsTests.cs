using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Catalog;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Xunit;

namespace Spotify.Recommendations.Tests.Ranking;

/// <summary>Small, empty and hostile inputs.</summary>
public sealed class RecommenderLimitsTests
{
    private static readonly DateTimeOffset Now = PlantedCatalog.Now;

    [Fact]
    public void AnEmptyCatalogGivesAnEmptyList()
    {
        using var model = Train([]);
        var recommender = new Recommender(model, new RankingOptions());
        Assert.Empty(recommender.Recommend(new ListenerInput(), 1, Now));
        Assert.Empty(recommender.Recommend(Played(1, 2, 3), 1, Now));
        Assert.Equal(0, recommender.Rank([], new RankedTrack[20]));
    }

    [Fact]
    public void OneTrackIsRecommendedUntilItIsHeard()
    {
        using var model = Train([new TrackDescription(1) { Genres = ["rock"] }]);
        var recommender = new Recommender(model, new RankingOptions());
        var pick = Assert.Single(recommender.Recommend(new ListenerInput(), 1, Now));
        Assert.Equal(((UInt128)1, true), (pick.TrackId, float.IsFinite(pick.Score)));
        Assert.Empty(recommender.Recommend(Played(1), 1, Now));
    }

    [Fact]
    public void WhoHasHeardEverythingGetsAnEmptyList()
    {
        var planted = PlantedCatalog.Shared;
        var everything = PlantedCatalog.Listener([.. Enumerable.Range(0, planted.Model.Tracks.Count)]);
        Assert.Empty(new Recommender(planted.Model, new RankingOptions()).Recommend(everything, 1, Now));
    }

    [Fact]
    public void TheRestOfTheCatalogFillsTheListOfWhoHasHeardNearlyEverything()
    {
        var planted = PlantedCatalog.Shared;
        var heard = Enumerable.Range(0, planted.Model.Tracks.Count).Where(row => row % 60 != 1).ToList();
        var picks = new Recommender(planted.Model, new RankingOptions()).Recommend(PlantedCatalog.Listener(heard), 1, Now);
        Assert.Equal(planted.Model.Tracks.Count - heard.Count, picks.Count);
    }

    [Fact]
    public void LimitsGiveWayOnlyWhereTheListCannotBeFilledOtherwise()
    {
        // 40 tracks by one artist, 12 by others; all of one genre except the last four.
        using var model = Train([.. Enumerable.Range(0, 52).Select(row => new TrackDescription((UInt128)(row + 1))
        {
            Artists = [(UInt128)(row < 40 ? 1 : row)],
            Genres = [row < 48 ? "rock" : $"genre {row}"],
            Popularity = row < 40 ? 0.9f : 0.1f,
        })]);
        var recommender = new Recommender(model, new RankingOptions { Count = 14, Exploration = 0 });
        var picks = recommender.Recommend(new ListenerInput(), 1, Now).Select(pick => (int)pick.TrackId - 1).ToList();
        Assert.Equal((14, 2, 4), (picks.Count, picks.Count(row => row < 40), picks.Count(row => row >= 48)));

        recommender = new Recommender(model, new RankingOptions { Count = 30, Exploration = 0 });
        picks = [.. recommender.Recommend(new ListenerInput(), 1, Now).Select(pick => (int)pick.TrackId - 1)];
        Assert.Equal((30, 12), (picks.Count, picks.Count(row => row >= 40)));
    }

    [Fact]
    public void NeighboursAreByOneArtistOnlyIfThatCannotBeAvoided()
    {
        using var model = Train([.. Enumerable.Range(0, 20).Select(row => new TrackDescription((UInt128)(row + 1))
        {
            Artists = [(UInt128)(row < 10 ? 1 : 10 + (row / 5))],
            Popularity = (20 - row) / 20f,
            Attributes = [(TrackAttribute.Tempo, 100)],
        })]);
        var picks = new Recommender(model, new RankingOptions { Count = 20, Exploration = 0.5 }).Recommend(new ListenerInput(), 1, Now);
        var artists = picks.Select(pick => model.Tracks.Artist((int)pick.TrackId - 1)).ToList();
        Assert.Equal(20, picks.Count);
        Assert.DoesNotContain(artists.Zip(artists.Skip(1)), pair => pair.First == pair.Second);
    }

    [Fact]
    public void WeightsThatAreNoNumbersCountAsHeard()
    {
        var planted = PlantedCatalog.Shared;
        var rows = planted.Draw(2, 20, new Random(1));
        float[] weights = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, 0, float.Epsilon];
        var plays = rows.Select((row, i) => new TrackPlays(PlantedCatalog.Id(row), i < weights.Length ? weights[i] : 1, Now)).ToArray();
        var listener = new ListenerInput { Plays = plays, Market = "US" };
        var picks = new Recommender(planted.Model, new RankingOptions()).Recommend(listener, 1, Now);
        Assert.Equal(30, picks.Count);
        Assert.All(picks, pick => Assert.True(float.IsFinite(pick.Score)));
        Assert.Empty(picks.Select(pick => pick.TrackId).Intersect(plays.Select(play => play.TrackId)));
    }

    [Fact]
    public void RepeatedPlaysAreAddedUp()
    {
        var planted = PlantedCatalog.Shared;
        var listener = planted.Listener(2, 1);
        var doubled = listener.Plays.ToArray().Select(play => play with { Weight = 0.5f }).ToArray();
        var recommender = new Recommender(planted.Model, new RankingOptions());
        Assert.Equal(recommender.Recommend(listener, 1, Now),
            recommender.Recommend(listener with { Plays = doubled.Concat(doubled).ToArray() }, 1, Now));
    }

    [Fact]
    public void AListenerWithoutHistoryIsRankedByPopularity()
    {
        var planted = PlantedCatalog.Shared;
        var ranked = new RankedTrack[20];
        Assert.Equal(20, new Recommender(planted.Model, new RankingOptions()).Rank([], ranked));
        var popularities = ranked.Select(track => planted.Model.Tracks.Popularity(track.Row)).ToList();
        Assert.True(popularities.Min() > 0.5);
    }

    [Fact]
    public void InvalidSettingsAreRejected()
    {
        var model = PlantedCatalog.Shared.Model;
        RankingOptions[] invalid =
        [
            new() { Count = 0 }, new() { Exploration = double.NaN }, new() { Exploration = 1.1 }, new() { TracksPerArtist = 0 },
            new() { GenreShare = 0 }, new() { FactorCandidates = -1 }, new() { NewListenerPlays = float.NaN },
            new() { Ensemble = new EnsembleOptions { Content = -1 } },
        ];
        Assert.All(invalid, options => Assert.Throws<ArgumentException>(() => new Recommender(model, options)));
    }

    [Fact]
    public void AnyInputGivesDistinctAllowedTracksWithFiniteScores()
    {
        var planted = PlantedCatalog.Shared;
        var tracks = planted.Model.Tracks;
        var recommender = new Recommender(planted.Model, new RankingOptions());
        Prop.ForAll<(int Track, float Weight, int Hours)[], (ushort Count, bool Filter, string Market, int Seed)>((plays, other) =>
        {
            var listener = new ListenerInput
            {
                Plays = plays.Select(play => new TrackPlays(
                    (UInt128)Math.Abs((long)play.Track * 37 % 1_500), play.Weight, Now.AddHours(play.Hours))).ToArray(),
                ExcludedTracks = Enumerable.Range(0, other.Count % 1_300).Select(id => (UInt128)id).ToArray(),
                ExcludedArtists = new UInt128[] { 10_000, 10_001, other.Count },
                FilterExplicit = other.Filter,
                Market = other.Market,
            };
            var picks = recommender.Recommend(listener, other.Seed, Now);
            var ids = picks.Select(pick => pick.TrackId).ToHashSet();
            return picks.Count <= 30 && ids.Count == picks.Count && picks.All(pick => float.IsFinite(pick.Score))
                && !listener.Plays.ToArray().Any(play => ids.Contains(play.TrackId))
                && !ids.Any(id => id < (UInt128)(other.Count % 1_300))
                && ids.All(id => tracks.TryFind(id, out var row)
                    && tracks.IsAvailable(row, MarketCode.Parse(other.Market), Now)
                    && !(other.Filter && tracks.Explicit(row))
                    && tracks.ArtistId(tracks.Artist(row)) > 10_001);
        }).QuickCheckThrowOnFailure();
    }

    private static ListenerInput Played(params int[] ids) =>
        new() { Plays = ids.Select(id => new TrackPlays((UInt128)id, 1, Now)).ToArray() };

    private static TrainedModel Train(IReadOnlyList<TrackDescription> descriptions)
    {
        var builder = new TrackTableBuilder();
        foreach (var description in descriptions) builder.Add(description);
        var data = new TrainingData { Interactions = InteractionMatrix.Build(0, builder.Count, []), Tracks = builder.Build() };
        return new ModelTrainer(PlantedCatalog.Options).Train(data, 1, null, default);
    }
}
