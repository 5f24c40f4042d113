using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tests.Ranking;

namespace Spotify.Recommendations.Tests.Mixes;

public class TasteBlendTests
{
    private static readonly TasteVectors Vectors = TasteVectors.Of(PlantedCatalog.Shared.Model);

    [Fact]
    public void TracksThatBothLikeComeFirst()
    {
        var common = Tracks(0, 1, 10);
        var one = new BlendListener { Liked = [.. common, .. Tracks(0, 2, 60)] };
        var other = new BlendListener { Liked = [.. Tracks(0, 3, 60), .. common] };

        var blend = TasteBlend.Create(Vectors, one, other, 50, new Random(1));

        Assert.Equal(50, blend.Tracks.Count);
        Assert.Equal(50, blend.Tracks.DistinctBy(track => track.Id).Count());
        var shared = one.Liked.Select(track => track.Id).Intersect(other.Liked.Select(track => track.Id)).ToHashSet();
        var first = blend.Tracks.TakeWhile(track => track.Reason.Kind == PickKind.LikedByBoth).ToList();
        Assert.True(first.Count >= 10);
        Assert.All(first, track => Assert.Contains(track.Id, shared));
        Assert.All(blend.Tracks.Skip(first.Count), track => Assert.Equal(PickKind.LikedByOne, track.Reason.Kind));
        Assert.All(blend.Tracks.Skip(first.Count), track => Assert.DoesNotContain(track.Id, shared));
    }

    [Fact]
    public void BothAreRepresentedByTracksNearTheTasteOfTheOther()
    {
        // They have taste 4 in common, but no track.
        var common = Tracks(4, 1, 60);
        var one = new BlendListener { Liked = [.. Tracks(0, 1, 60), .. common[..30]] };
        var other = new BlendListener { Liked = [.. Tracks(2, 1, 60), .. common[30..]] };

        var blend = TasteBlend.Create(Vectors, one, other, 20, new Random(1));

        Assert.Equal(20, blend.Tracks.Count);
        Assert.All(blend.Tracks, track => Assert.Equal(4, PlantedCatalog.TasteOf(track.Id)));
        Assert.Equal(10, blend.Tracks.Count(track => one.Liked.Any(liked => liked.Id == track.Id)));
        Assert.True(blend.Tracks.GroupBy(track => track.Artist).All(artist => artist.Count() <= 3));
    }

    [Fact]
    public void SimilarTastesMatchBetter()
    {
        var listener = new BlendListener { Liked = Tracks(0, 1, 40) };
        var (similar, different) = (Match(Tracks(0, 2, 40)), Match(Tracks(1, 2, 40)));
        var mixed = Match([.. Tracks(0, 2, 20), .. Tracks(1, 2, 20)]);

        Assert.Equal(100, Match(listener.Liked));
        Assert.InRange(similar, mixed + 10, 100);
        Assert.InRange(mixed, different + 10, 100);
        Assert.InRange(different, 0, 40);

        int Match(IReadOnlyList<BlendTrack> liked)
        {
            var other = new BlendListener { Liked = liked };
            var match = TasteBlend.Create(Vectors, listener, other, 10, new Random(1)).MatchPercent;
            Assert.Equal(match, TasteBlend.Create(Vectors, other, listener, 10, new Random(2)).MatchPercent);
            return match;
        }
    }

    [Fact]
    public void ExcludedTracksOfEitherAreLeftOut()
    {
        var (one, other) = (Tracks(0, 1, 20), Tracks(0, 2, 20));
        var excluded = new[] { one[0].Id, other[0].Id };

        var blend = TasteBlend.Create(
            Vectors,
            new BlendListener { Liked = one, Excluded = new HashSet<UInt128> { other[0].Id } },
            new BlendListener { Liked = other, Excluded = new HashSet<UInt128> { one[0].Id } },
            100,
            new Random(1));

        Assert.NotEmpty(blend.Tracks);
        Assert.DoesNotContain(blend.Tracks, track => excluded.Contains(track.Id));
    }

    [Fact]
    public void AListenerWithoutTasteGetsTheTracksOfTheOther()
    {
        var listener = new BlendListener { Liked = Tracks(0, 1, 20) };
        var nobody = new BlendListener { Liked = [new BlendTrack(1, null, 0), new BlendTrack(2, null, float.NaN)] };

        var blend = TasteBlend.Create(Vectors, nobody, listener, 10, new Random(1));

        Assert.Equal(10, blend.Tracks.Count);
        Assert.Equal(0, blend.MatchPercent);
        Assert.Empty(TasteBlend.Create(Vectors, nobody, nobody, 10, new Random(1)).Tracks);
    }

    [Fact]
    public void TracksThatTheModelDoesNotKnowAreBlendedByTheirWeights()
    {
        var (one, other) = (Unknown(1_000_000), Unknown(2_000_000));

        var blend = TasteBlend.Create(
            Vectors, new BlendListener { Liked = [.. one, .. other[..3]] }, new BlendListener { Liked = other }, 10, new Random(1));

        Assert.Equal(other[..3].Select(track => track.Id).Order(), blend.Tracks.Take(3).Select(track => track.Id).Order());
        Assert.Equal(10, blend.Tracks.Count);

        static List<BlendTrack> Unknown(int first) =>
            [.. Enumerable.Range(first, 10).Select(i => new BlendTrack((UInt128)i, (UInt128)i, 1 + (i % 10)))];
    }

    private static List<BlendTrack> Tracks(int taste, int seed, int count) =>
        [.. PlantedCatalog.Shared.Draw(taste, count, new Random(seed))
            .Select(row => new BlendTrack(PlantedCatalog.Id(row), (UInt128)(row / PlantedCatalog.TracksPerArtist), 1 + (row % 4)))];
}
