using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;

namespace Spotify.Recommendations.Tests.Mixes;

public class FamiliarMixTests
{
    [Fact]
    public void TracksAreMixedAtTheShareAndNewOnesAreSpread()
    {
        var mix = FamiliarMix.Interleave(Tracks(0, 60, artists: 20), Tracks(100, 60, artists: 20), 50);

        Assert.Equal(50, mix.Count);
        Assert.Equal(Enumerable.Range(0, 35).Select(i => (UInt128)i), mix.Select(track => track.Id).Where(id => id < 100).Order());
        Assert.Equal(Enumerable.Range(100, 15).Select(i => (UInt128)i), mix.Select(track => track.Id).Where(id => id >= 100).Order());
        foreach (var ten in mix.Chunk(10)) Assert.Equal(3, ten.Count(track => track.Id >= 100));
        Assert.True(mix[0].Id < 100);
    }

    [Theory]
    [InlineData(10, 60, 50, 10, 40)]
    [InlineData(60, 5, 50, 45, 5)]
    [InlineData(5, 3, 50, 5, 3)]
    [InlineData(0, 60, 50, 0, 50)]
    [InlineData(60, 0, 50, 50, 0)]
    [InlineData(0, 0, 50, 0, 0)]
    [InlineData(10, 10, 0, 0, 0)]
    [InlineData(10, 10, 1, 1, 0)]
    public void ListsThatAreTooShortLeaveTheirPlacesToTheOther(int familiar, int unfamiliar, int count, int expected, int expectedNew)
    {
        var mix = FamiliarMix.Interleave(Tracks(0, familiar, artists: 60), Tracks(100, unfamiliar, artists: 60), count);

        Assert.Equal(expected, mix.Count(track => track.Id < 100));
        Assert.Equal(expectedNew, mix.Count(track => track.Id >= 100));
    }

    [Fact]
    public void RepeatedTracksAreLeftOut()
    {
        var mix = FamiliarMix.Interleave([.. Tracks(0, 5, 5), .. Tracks(0, 5, 5)], [.. Tracks(3, 5, 5)], 20);

        Assert.Equal(Enumerable.Range(0, 8).Select(i => (UInt128)i), mix.Select(track => track.Id).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AtMostTwoTracksOfAnArtistFollowEachOther(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            // One artist has as many tracks as can be separated, and no order of the lists is given.
            var others = random.Next(1, 12);
            var tracks = Enumerable.Range(0, others).Select(i => Track(i, 10 + random.Next(3)))
                .Concat(Enumerable.Range(others, 2 * (others + 1)).Select(i => Track(i, 1)))
                .ToArray();
            if (round % 2 == 0) random.Shuffle(tracks);
            var split = random.Next(tracks.Length + 1);

            var mix = FamiliarMix.Interleave(tracks[..split], tracks[split..], tracks.Length, random.NextDouble());

            Assert.Equal(tracks.Length, mix.Count);
            Assert.Equal(2, LongestRun(mix));
        }
    }

    [Fact]
    public void AnArtistAloneIsNoReasonToDropTracks()
    {
        Assert.Equal(10, FamiliarMix.Interleave(Tracks(0, 10, artists: 1), [], 10).Count);
        Assert.Equal(10, FamiliarMix.Separate(Tracks(0, 10, artists: 1)).Count);
    }

    [Fact]
    public void TracksWithoutArtistsAreNotSeparated()
    {
        var tracks = Enumerable.Range(0, 6).Select(i => new MixTrack((UInt128)i, null, default)).ToList();

        Assert.Equal(tracks, FamiliarMix.Separate(tracks));
    }

    [Theory]
    [InlineData(-1, 0.5)]
    [InlineData(1, -0.1)]
    [InlineData(1, 1.1)]
    [InlineData(1, double.NaN)]
    public void InvalidArgumentsAreRejected(int count, double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FamiliarMix.Interleave([], [], count, share));

    private static List<MixTrack> Tracks(int first, int count, int artists) =>
        [.. Enumerable.Range(first, count).Select(i => Track(i, i % artists))];

    private static MixTrack Track(int id, int artist) => new((UInt128)id, (UInt128)artist, new PickReason(PickKind.Played));

    private static int LongestRun(IReadOnlyList<MixTrack> mix)
    {
        var (longest, run) = (0, 0);
        for (var i = 0; i < mix.Count; i++)
        {
            run = i > 0 && mix[i].Artist == mix[i - 1].Artist ? run + 1 : 1;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
