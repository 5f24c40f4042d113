using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tests.Ranking;
using Spotify.Recommendations.Tracks;
using Xunit;

namespace Spotify.Recommendations.Tests.Seeds;

public sealed class SeedRecommenderTests
{
    private static readonly PlantedCatalog Catalog = PlantedCatalog.Shared;
    private static readonly SeedRecommender Recommender = new(Catalog.Model);

    private static TrackTable Tracks => Catalog.Model.Tracks;

    public static IEnumerable<object[]> Tastes() =>
        from taste in Enumerable.Range(0, PlantedCatalog.Tastes) from kind in Enum.GetValues<SeedKind>() select (object[])[taste, kind];

    [Theory]
    [MemberData(nameof(Tastes))]
    public void Picks_are_of_the_seeds_taste(int taste, SeedKind kind)
    {
        var result = Recommend(new SeedRequest { Seeds = [SeedOf(taste, kind)], Market = "US" });
        Assert.Equal(20, result.Picks.Count);
        Assert.Equal(20, result.Picks.Select(pick => pick.TrackId).Distinct().Count());
        Assert.InRange(result.Picks.Count(pick => PlantedCatalog.TasteOf(pick.TrackId) == taste), 16, 20);
        Assert.All(result.Picks, pick => Assert.True(Tracks.IsAvailable(Row(pick), MarketCode.Parse("US"), PlantedCatalog.Now)));
        Assert.InRange(result.Picks.CountBy(pick => Tracks.Artist(Row(pick))).Max(of => of.Value), 1, 2);
        var pool = Assert.Single(result.Pools);
        Assert.True(pool.Initial > pool.AfterRelinking && pool.AfterRelinking == pool.AfterFiltering && pool.AfterFiltering >= 20);
    }

    [Fact]
    public void Every_seed_has_its_share_of_the_list()
    {
        int[] tastes = [1, 3, 5, 6, 7];
        var seeds = tastes.Select((taste, i) => SeedOf(taste, (SeedKind)(i % 3))).ToArray();
        var result = Recommend(new SeedRequest { Seeds = seeds, Count = 50, Market = "US" });
        Assert.Equal(50, result.Picks.Count);
        Assert.All(tastes, taste => Assert.InRange(result.Picks.Count(pick => PlantedCatalog.TasteOf(pick.TrackId) == taste), 5, 25));
        Assert.Equal(5, result.Pools.Count);
    }

    [Fact]
    public void The_reason_names_the_seed()
    {
        var track = Recommend(new SeedRequest { Seeds = [SeedOf(2, SeedKind.Track)] }).Picks;
        Assert.All(track, pick => Assert.True(pick.Reason.Track is null || pick.Reason.Track == SeedOf(2, SeedKind.Track).Id));
        Assert.Contains(track, pick => pick.Reason.Track is not null);
        var artist = Recommend(new SeedRequest { Seeds = [SeedOf(2, SeedKind.Artist)] }).Picks;
        Assert.All(artist, pick => Assert.Null(pick.Reason.Track));
        Assert.Contains(artist, pick => pick.Reason.Artist == SeedOf(2, SeedKind.Artist).Id);
        var genre = Recommend(new SeedRequest { Seeds = [SeedOf(2, SeedKind.Genre)] }).Picks;
        Assert.Contains(genre, pick => pick.Reason is { Kind: PickKind.FamiliarGenre, Genre: "genre 2a" });
    }

    [Fact]
    public void Seeds_are_not_recommended()
    {
        var seeds = Enumerable.Range(0, 5).Select(row => Seed.Track(PlantedCatalog.Id(row))).ToArray();
        var picks = Recommend(new SeedRequest { Seeds = seeds, Count = 200 }).Picks;
        Assert.DoesNotContain(picks, pick => seeds.Any(seed => seed.Id == pick.TrackId));
    }

    [Fact]
    public void Unknown_tracks_are_replaced_by_their_artist_or_genre()
    {
        Seed[] unknown =
        [
            Seed.Track(9_999_999, [8_888_888, Tracks.ArtistId(Tracks.Artist(RowOf(4)))]),
            Seed.Track(9_999_999, [8_888_888], ["unknown", "genre 4b"]),
            Seed.Artist(9_999_999, ["genre 4b"]),
        ];
        foreach (var seed in unknown)
        {
            var picks = Recommend(new SeedRequest { Seeds = [seed], Market = "US" }).Picks;
            Assert.InRange(picks.Count(pick => PlantedCatalog.TasteOf(pick.TrackId) == 4), 16, 20);
        }

        var nothing = Recommend(new SeedRequest { Seeds = [Seed.Track(9_999_999), Seed.Genre("unknown"), Seed.Genre()] });
        Assert.Empty(nothing.Picks);
        Assert.Equal([default, default, default], nothing.Pools);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    [InlineData(1f)]
    public void A_target_orders_the_tracks(float target)
    {
        var request = new SeedRequest { Seeds = [SeedOf(1, SeedKind.Genre)], Market = "US" };
        var without = Recommend(request).Picks;
        var with = Recommend(request with { Attributes = [new AttributeRange(TrackAttribute.Energy, Target: target)] }).Picks;
        Assert.Equal(20, with.Count);
        Assert.InRange(with.Average(Distance), 0, without.Average(Distance) * 0.6);

        double Distance(Pick pick) => Math.Abs(Tracks.Attribute(Row(pick), TrackAttribute.Energy) - target);
    }

    [Fact]
    public void All_targets_weigh_the_same()
    {
        AttributeRange[] both = [new(TrackAttribute.Energy, Target: 0.9f), new(TrackAttribute.Tempo, Target: 160)];
        var picks = Recommend(new SeedRequest { Seeds = [SeedOf(1, SeedKind.Genre)], Attributes = both }).Picks;
        Assert.InRange(picks.Average(pick => Tracks.Attribute(Row(pick), TrackAttribute.Energy)), 0.65, 1);
        Assert.InRange(picks.Average(pick => Tracks.Tempo(Row(pick))), 130, 170);
    }

    [Theory]
    [InlineData(TrackAttribute.Tempo, 140f, null)]
    [InlineData(TrackAttribute.Tempo, null, 100f)]
    [InlineData(TrackAttribute.Energy, 0.4f, 0.6f)]
    [InlineData(TrackAttribute.Key, 5f, 5f)]
    [InlineData(TrackAttribute.DurationMs, 200_000f, 250_000f)]
    public void Limits_are_hard(TrackAttribute attribute, float? min, float? max)
    {
        var result = Recommend(new SeedRequest
        {
            Seeds = [SeedOf(1, SeedKind.Track), SeedOf(2, SeedKind.Genre)],
            Attributes = [new AttributeRange(attribute, min, max)],
            Market = "US",
        });
        Assert.InRange(result.Picks.Count, 5, 20);
        Assert.All(result.Picks, pick => Assert.InRange(
            Tracks.Attribute(Row(pick), attribute), (min ?? float.MinValue) - 1e-3f, (max ?? float.MaxValue) + 1e-3f));
        Assert.All(result.Pools, pool => Assert.True(pool.AfterFiltering < pool.AfterRelinking));
    }

    [Fact]
    public void Limits_that_no_track_meets_leave_nothing()
    {
        AttributeRange[] impossible =
        [
            new(TrackAttribute.Tempo, 1_000), new(TrackAttribute.Tempo, Max: -5), new(TrackAttribute.Energy, 0.7f, 0.6f),
            new(TrackAttribute.Valence, 0), new(TrackAttribute.Loudness, float.NegativeInfinity),
        ];
        foreach (var range in impossible)
        {
            var result = Recommend(new SeedRequest { Seeds = [SeedOf(1, SeedKind.Genre)], Attributes = [range] });
            Assert.Empty(result.Picks);
            Assert.True(result.Pools[0].Initial > 0 && result.Pools[0].AfterFiltering == 0);
        }

        Assert.Equal(20, Recommend(new SeedRequest
        {
            Seeds = [SeedOf(1, SeedKind.Genre)], Attributes = [new AttributeRange(TrackAttribute.Valence, float.NaN, float.NaN, float.NaN)],
        }).Picks.Count);
    }

    [Fact]
    public void Excluded_explicit_and_unavailable_tracks_are_left_out()
    {
        var request = new SeedRequest { Seeds = [SeedOf(3, SeedKind.Genre)], Count = 100, Market = "US" };
        var picks = Recommend(request).Picks;
        var artist = Tracks.ArtistId(Tracks.Artist(Row(picks[0])));
        var album = Tracks.AlbumId(Tracks.Album(Row(picks.First(pick => Tracks.ArtistId(Tracks.Artist(Row(pick))) != artist))));
        var filtered = Recommend(request with
        {
            ExcludedTracks = picks.Take(50).Select(pick => pick.TrackId).ToArray(),
            ExcludedArtists = new[] { artist },
            FilterExplicit = true,
            Listener = new ListenerInput { ExcludedAlbums = new[] { album } },
        }).Picks;
        Assert.NotEmpty(filtered);
        Assert.Empty(filtered.Select(pick => pick.TrackId).Intersect(picks.Take(50).Select(pick => pick.TrackId)));
        Assert.All(filtered, pick =>
        {
            Assert.False(Tracks.Explicit(Row(pick)));
            Assert.NotEqual(artist, Tracks.ArtistId(Tracks.Artist(Row(pick))));
            Assert.NotEqual(album, Tracks.AlbumId(Tracks.Album(Row(pick))));
        });
        var german = Recommend(request with { Market = "DE", Count = 200 }).Picks;
        Assert.Contains(german, pick => Row(pick) % 10 == 3);
        Assert.DoesNotContain(Recommend(request with { Count = 200 }).Picks, pick => Row(pick) % 10 == 3);
        Assert.DoesNotContain(Recommend(request with { Market = null, Count = 200 }).Picks, pick => Row(pick) % 10 == 3);
    }

    [Fact]
    public void Years_are_limits()
    {
        var picks = Recommend(new SeedRequest { Seeds = [SeedOf(1, SeedKind.Artist)], FirstYear = 1970, LastYear = 1973 }).Picks;
        Assert.NotEmpty(picks);
        Assert.All(picks, pick => Assert.InRange(Tracks.Year(Row(pick)), 1970, 1973));
    }

    [Fact]
    public void Genres_are_required_and_excluded()
    {
        var request = new SeedRequest { Seeds = [SeedOf(1, SeedKind.Artist), Seed.Genre("genre 1a")], Count = 30 };
        Assert.Contains(Recommend(request).Picks, pick => !GenresOf(pick).Contains("genre 1a"));
        var required = Recommend(request with { Genres = ["genre 1a", "unknown"] }).Picks;
        Assert.Equal(30, required.Count);
        Assert.All(required, pick => Assert.Contains("genre 1a", GenresOf(pick)));
        var others = Recommend(request with { ExcludedGenres = ["genre 1a"] }).Picks;
        Assert.NotEmpty(others);
        Assert.All(others, pick => Assert.DoesNotContain("genre 1a", GenresOf(pick)));
        Assert.Equal(Recommend(request).Picks, Recommend(request with { Genres = ["unknown"] }).Picks);

        static IEnumerable<string> GenresOf(Pick pick) => Tracks.Genres(Row(pick)).ToArray().Select(genre => Tracks.GenreName(genre));
    }

    [Fact]
    public void The_listeners_taste_ranks_too()
    {
        Seed[] seeds = [SeedOf(1, SeedKind.Genre), SeedOf(2, SeedKind.Genre)];
        var request = new SeedRequest { Seeds = seeds, Count = 40, Market = "US" };
        var (one, other) = (Share(Catalog.Listener(1, seed: 9)), Share(Catalog.Listener(2, seed: 9)));
        Assert.True(one > other, $"{one} {other}");

        int Share(ListenerInput listener) => Recommend(request with { Listener = listener }).Picks
            .Count(pick => PlantedCatalog.TasteOf(pick.TrackId) == 1);
    }

    [Fact]
    public void Without_seeds_the_listeners_taste_or_popularity_decides()
    {
        var own = Recommend(new SeedRequest { Listener = Catalog.Listener(5, seed: 4), Market = "US" }).Picks;
        Assert.Equal(20, own.Count);
        Assert.InRange(own.Count(pick => PlantedCatalog.TasteOf(pick.TrackId) == 5), 15, 20);
        var anybody = Recommend(new SeedRequest { Market = "SE", Attributes = [new AttributeRange(TrackAttribute.Energy, 0.8f)] });
        Assert.Equal(20, anybody.Picks.Count);
        Assert.All(anybody.Picks, pick => Assert.InRange(Tracks.Attribute(Row(pick), TrackAttribute.Energy), 0.8f, 1));
        Assert.Empty(anybody.Pools);
    }

    [Fact]
    public void Equal_requests_have_equal_lists_and_variety_other_ones()
    {
        var request = new SeedRequest { Seeds = [SeedOf(6, SeedKind.Track)], Market = "US" };
        Assert.Equal(Recommend(request).Picks, Recommend(request, 2).Picks);
        var varied = request with { Variety = 0.5f };
        Assert.Equal(Recommend(varied).Picks, Recommend(varied).Picks);
        Assert.NotEqual(Recommend(varied).Picks.Select(pick => pick.TrackId), Recommend(varied, 2).Picks.Select(pick => pick.TrackId));
        Assert.InRange(Recommend(varied).Picks.Count(pick => PlantedCatalog.TasteOf(pick.TrackId) == 6), 15, 20);
    }

    [Fact]
    public void Related_artists_have_the_artists_taste()
    {
        for (var taste = 0; taste < PlantedCatalog.Tastes; taste++)
        {
            var artist = SeedOf(taste, SeedKind.Artist);
            Assert.InRange(OfTaste(taste, artist), 9, 10);
            Assert.InRange(OfTaste(taste, Seed.Artist(9_999_999, [$"genre {taste}b"])), 9, 10);
        }

        Assert.Empty(Recommender.RelatedArtists(Seed.Artist(9_999_999), 20, PlantedCatalog.Now));

        int OfTaste(int taste, Seed artist)
        {
            var related = Recommender.RelatedArtists(artist, 10, PlantedCatalog.Now);
            Assert.Equal(10, related.Distinct().Count());
            Assert.DoesNotContain(artist.Id, related);
            return related.Count(id => Tracks.TryFindArtist(id, out var number)
                && PlantedCatalog.TasteOf(Tracks.ArtistTracks(number)[0]) == taste);
        }
    }

    [Fact]
    public void Invalid_requests_are_rejected()
    {
        SeedRequest[] invalid =
        [
            new() { Count = 0 }, new() { Count = SeedRequest.MaxCount + 1 }, new() { TracksPerArtist = -1 }, new() { Variety = float.NaN },
            new() { Seeds = [.. Enumerable.Repeat(Seed.Genre("a"), SeedRequest.MaxSeeds + 1)] },
            new() { Attributes = [new AttributeRange((TrackAttribute)99)] },
        ];
        Assert.All(invalid, request => Assert.Throws<ArgumentException>(() => Recommend(request)));
    }

    private static SeedRecommendations Recommend(SeedRequest request, int seed = 1) =>
        Recommender.Recommend(request, seed, PlantedCatalog.Now);

    private static Seed SeedOf(int taste, SeedKind kind) => kind switch
    {
        SeedKind.Track => Seed.Track(PlantedCatalog.Id(RowOf(taste))),
        SeedKind.Artist => Seed.Artist(Tracks.ArtistId(Tracks.Artist(RowOf(taste)))),
        _ => Seed.Genre($"genre {taste}a"),
    };

    // A popular track of the taste.
    private static int RowOf(int taste) =>
        Enumerable.Range(taste * PlantedCatalog.TracksPerTaste, PlantedCatalog.TracksPerTaste).MaxBy(Tracks.Popularity);

    private static int Row(Pick pick) => (int)pick.TrackId - 1;
}
