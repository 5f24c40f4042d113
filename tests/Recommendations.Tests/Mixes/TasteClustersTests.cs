using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Tests.Ranking;

namespace Spotify.Recommendations.Tests.Mixes;

public class TasteClustersTests
{
    private static readonly ClusterOptions Options = new();
    private static readonly TasteVectors Vectors = TasteVectors.Of(PlantedCatalog.Shared.Model);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void PlantedTastesAreFound(int tastes)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var clusters = TasteClusters.Find(Vectors, Taste(tastes, seed), [], Options);

            Assert.Equal(Enumerable.Range(1, tastes), clusters.Select(cluster => cluster.Number));
            var pure = clusters.Sum(cluster => cluster.Tracks.CountBy(track => PlantedCatalog.TasteOf(track.Id)).Max(taste => taste.Value));
            Assert.InRange(pure, 0.95 * tastes * 25, tastes * 25);
            Assert.Equal(tastes, clusters.Select(MainTaste).Distinct().Count());
        }
    }

    [Fact]
    public void MoreTastesThanMixesAreMerged() =>
        Assert.Equal(6, TasteClusters.Find(Vectors, Taste(8, 1), [], Options).Count);

    [Fact]
    public void FewTracksOfATasteJoinAnotherCluster()
    {
        var tracks = (LikedTrack[])[.. Taste(2, 1), .. Taste([5], 1, count: Options.MinTracks - 1)];

        var clusters = TasteClusters.Find(Vectors, tracks, [], Options);

        Assert.Equal(2, clusters.Count);
        Assert.Equal(tracks.Length, clusters.Sum(cluster => cluster.Tracks.Count));
        Assert.All(clusters, cluster => Assert.True(cluster.Tracks.Count >= Options.MinTracks));
    }

    [Fact]
    public void TooFewTracksHaveNoCluster()
    {
        Assert.Empty(TasteClusters.Find(Vectors, [], [], Options));
        Assert.Empty(TasteClusters.Find(Vectors, Taste([0], 1, count: Options.MinTracks - 1), [], Options));
        Assert.Empty(TasteClusters.Find(Vectors, Taste([0], 1).Select(track => track with { Weight = -1 }), [], Options));
        Assert.Empty(TasteClusters.Find(Vectors, Taste([0], 1).Select(track => track with { Weight = float.NaN }), [], Options));
        Assert.Empty(TasteClusters.Find(Vectors, Taste([0], 1).Select(track => track with { Id = track.Id + 1_000_000 }), [], Options));
    }

    [Fact]
    public void TheOrderOfTheTracksDoesNotMatter()
    {
        var tracks = Taste(4, 3);
        var expected = TasteClusters.Find(Vectors, tracks, [], Options);
        for (var seed = 0; seed < 5; seed++)
        {
            new Random(seed).Shuffle(tracks);
            Assert.Equivalent(expected, TasteClusters.Find(Vectors, tracks, [], Options), strict: true);
        }
    }

    [Fact]
    public void TheGreatestClusterIsMix1()
    {
        var clusters = TasteClusters.Find(Vectors, [.. Taste([3], 1, count: 10), .. Taste([6], 1, count: 40)], [], Options);

        Assert.Equal([6, 3], clusters.Select(MainTaste));
    }

    [Fact]
    public void MixesKeepTheirTasteFromDayToDay()
    {
        var random = new Random(1);
        var tracks = Taste(4, 1).ToList();
        var mixes = TasteClusters.Find(Vectors, tracks, [], Options);
        var tastes = mixes.Select(MainTaste).ToArray();
        for (var day = 0; day < 30; day++)
        {
            // A tenth of the tracks is replaced every day, and the weights change, so that another taste becomes the greatest.
            var favorite = day / 8;
            for (var i = 0; i < 10; i++)
            {
                var old = random.Next(tracks.Count);
                var taste = PlantedCatalog.TasteOf(tracks[old].Id);
                tracks[old] = Taste([taste], 1000 + (day * 10) + i, count: 1)[0];
            }

            tracks = [.. tracks.Select(track => track with { Weight = PlantedCatalog.TasteOf(track.Id) == favorite ? 9 : 1 })];
            mixes = TasteClusters.Find(Vectors, tracks, Ids(mixes), Options);
            Assert.Equal(tastes, mixes.Select(MainTaste));
        }
    }

    [Fact]
    public void ATasteThatReturnsHasItsMixAgainAndNewOnesHaveFreeNumbers()
    {
        var before = TasteClusters.Find(Vectors, Taste([0, 1, 2], 1), [], Options);
        var lost = before.Single(cluster => MainTaste(cluster) == 1);

        var without = TasteClusters.Find(Vectors, Taste([0, 2, 5], 2), Ids(before), Options);
        Assert.Equal(Numbers(before).Where(mix => mix.Taste != 1).Append((4, 5)), Numbers(without));

        // The mix that no cluster continues keeps its list.
        var kept = Ids(without).ToList();
        kept[lost.Number - 1] = [.. lost.Tracks.Select(track => track.Id)];
        var again = TasteClusters.Find(Vectors, Taste([0, 1, 2, 5], 3), kept, Options);
        Assert.Equal(Numbers(before).Append((4, 5)), Numbers(again));
    }

    [Fact]
    public void TracksWithoutFactorsAreClusteredByContent()
    {
        var tracks = (LikedTrack[])[.. Taste(2, 1), .. NewTracks(0), .. NewTracks(1)];

        var clusters = TasteClusters.Find(Vectors, tracks, [], Options);

        Assert.Equal(
            tracks.Select(track => track.Id).Order(), clusters.SelectMany(cluster => cluster.Tracks, (_, track) => track.Id).Order());
    }

    [Fact]
    public void WithoutModelGenresAndArtistsMakeClusters()
    {
        var tags = Enumerable.Range(0, 90).ToDictionary(
            i => (UInt128)i,
            i => new TrackTags([(UInt128)(1000 + (i / 4))], i % 10 == 9 ? [] : [$"genre {i / 30}", $"sub-genre {i / 15}"]));

        var clusters = TasteClusters.Find(
            TasteVectors.Of(tags), tags.Keys.Select(id => new LikedTrack(id, 1)), [], Options with { MaxClusters = 3 });

        Assert.Equal(3, clusters.Count);
        Assert.All(clusters, cluster => Assert.Single(
            cluster.Tracks.SelectMany(track => tags[track.Id].Genres.Take(1)).Distinct()));
    }

    [Fact]
    public void InvalidSettingsAreRejected() => Assert.Throws<ArgumentException>(
        () => TasteClusters.Find(Vectors, [], [], Options with { MaxClusters = 0 }));

    private static LikedTrack[] Taste(int tastes, int seed) => Taste([.. Enumerable.Range(0, tastes)], seed);

    private static LikedTrack[] Taste(int[] tastes, int seed, int count = 25) =>
        [.. tastes.SelectMany(taste => PlantedCatalog.Shared.Draw(taste, count, new Random((seed * 10) + taste)))
            .Select((row, i) => new LikedTrack(PlantedCatalog.Id(row), 1 + (i % 5)))];

    private static IEnumerable<LikedTrack> NewTracks(int taste) => Enumerable.Range(0, PlantedCatalog.NewTracksPerTaste)
        .Select(i => new LikedTrack(PlantedCatalog.Id(PlantedCatalog.OldTracks + (taste * PlantedCatalog.NewTracksPerTaste) + i), 1));

    private static int MainTaste(TasteCluster cluster) =>
        cluster.Tracks.CountBy(track => PlantedCatalog.TasteOf(track.Id)).MaxBy(taste => taste.Value).Key;

    private static IEnumerable<(int Number, int Taste)> Numbers(IReadOnlyList<TasteCluster> clusters) =>
        clusters.Select(cluster => (cluster.Number, MainTaste(cluster)));

    private static IReadOnlyList<UInt128>[] Ids(IReadOnlyList<TasteCluster> clusters) =>
        [.. Enumerable.Range(1, 6).Select(number => (IReadOnlyList<UInt128>)
            [.. clusters.Where(cluster => cluster.Number == number).SelectMany(cluster => cluster.Tracks).Select(track => track.Id)])];
}
