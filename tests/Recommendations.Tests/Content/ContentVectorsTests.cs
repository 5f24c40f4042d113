using Spotify.Recommendations.Content;
using Spotify.Recommendations.Tracks;
using Xunit;

namespace Spotify.Recommendations.Tests.Content;

public sealed class ContentVectorsTests
{
    private static readonly ContentOptions Options = new() { Dimensions = 64 };

    [Fact]
    public void TracksOfAGenreAreNearerThanOthers()
    {
        var tracks = Table(300, row => new TrackDescription((UInt128)row) { Genres = [$"genre {row % 10}"] });
        var vectors = Build(tracks);
        Assert.True(Similarity(vectors, 0, 10) > 0.9);
        Assert.True(Similarity(vectors, 0, 10) > Similarity(vectors, 0, 1) + 0.3);
    }

    [Fact]
    public void AWordInCommonMakesGenresSimilar()
    {
        var genres = new[] { "acid house", "deep house", "black metal", "death metal", "bossa nova" };
        var vectors = Build(Table(100, row => new TrackDescription((UInt128)row) { Genres = [genres[row % 5]] }));
        Assert.True(Similarity(vectors, 0, 1) > Similarity(vectors, 0, 2) + 0.15);
        Assert.True(Similarity(vectors, 2, 3) > Similarity(vectors, 2, 4) + 0.15);
    }

    [Fact]
    public void NearYearsAreMoreSimilarThanDistantOnes()
    {
        var vectors = Build(Table(60, row => new TrackDescription((UInt128)row) { Year = 1960 + row }));
        Assert.True(Similarity(vectors, 10, 12) > Similarity(vectors, 10, 16));
        Assert.True(Similarity(vectors, 10, 12) > Similarity(vectors, 10, 40) + 0.3);
    }

    [Fact]
    public void TracksWithoutMetadataAreSimilarIfPlaylistsHoldThemTogether()
    {
        var tracks = Table(40, row => new TrackDescription((UInt128)row));
        var random = new Random(1);
        var playlists = Enumerable.Range(0, 60).Select(playlist => new PlaylistContents(
            "", [.. Enumerable.Range(0, 8).Select(_ => (random.Next(20) * 2) + (playlist % 2))])).ToList();
        var vectors = Build(tracks, playlists);
        var (own, other) = (Mean(vectors, 0), Mean(vectors, 1));
        Assert.True(own > other + 0.5, $"{own} {other}");

        double Mean(float[] of, int parity) => Enumerable.Range(0, 40).SelectMany(a => Enumerable.Range(0, 40).Select(b => (a, b)))
            .Where(pair => pair.a < pair.b && (pair.b - pair.a) % 2 == parity)
            .Average(pair => Similarity(of, pair.a, pair.b));
    }

    [Fact]
    public void TitlesOfPlaylistsMakeTheirTracksSimilar()
    {
        var tracks = Table(30, row => new TrackDescription((UInt128)row));
        var playlists = Enumerable.Range(0, 15).Select(playlist => new PlaylistContents(
            playlist % 3 == 0 ? "Running hard" : playlist % 3 == 1 ? "Sleep" : "Jazz!", [playlist * 2, (playlist * 2) + 1])).ToList();
        var vectors = Build(tracks, playlists);
        Assert.True(Similarity(vectors, 0, 6) > Similarity(vectors, 0, 2) + 0.1);
    }

    [Fact]
    public void AnArtistsTracksShareWhatIsKnownAboutSomeOfThem()
    {
        var tracks = Table(40, row => new TrackDescription((UInt128)row)
        {
            Artists = [(UInt128)(100 + (row / 4))],
            Genres = row % 4 == 0 ? [] : [row < 20 ? "rock" : "jazz"],
        });
        var vectors = Build(tracks);
        Assert.True(Similarity(vectors, 0, 5) > Similarity(vectors, 0, 25) + 0.2);
    }

    [Fact]
    public void VectorsHaveLength1OrAreZero()
    {
        var tracks = Table(20, row => row == 0 ? new TrackDescription(0) : new TrackDescription((UInt128)row)
        {
            Artists = [7],
            Album = 9,
            Genres = ["", "\ud800", "a b c dd dd"],
            Year = 2000,
        });
        var vectors = Build(tracks, [new PlaylistContents("", []), new PlaylistContents("x", [-1, 99, 3, 3])]);
        Assert.All(vectors, number => Assert.True(float.IsFinite(number)));
        Assert.Equal(0, Similarity(vectors, 0, 0));
        Assert.All(Enumerable.Range(1, 19), row => Assert.Equal(1, Similarity(vectors, row, row), 1e-4));
        Assert.Empty(Build(TrackTable.Empty));
        Assert.All(Build(Table(1, _ => new TrackDescription(1) { Genres = ["rock"] })), number => Assert.Equal(0, number));
    }

    [Fact]
    public void VectorsDependOnTheSeedButNotOnTheNumberOfThreads()
    {
        var tracks = Table(100, row => new TrackDescription((UInt128)row) { Genres = [$"{row % 7}"], Year = 1990 + (row % 20) });
        var playlists = Enumerable.Range(0, 30).Select(p => new PlaylistContents($"mix {p % 4}", [p, p + 1, p + 30])).ToList();
        Assert.Equal(Build(tracks, playlists), ContentVectors.Build(tracks, playlists, Options, 4, null, default));
        Assert.NotEqual(Build(tracks, playlists), ContentVectors.Build(tracks, playlists, Options with { Seed = 2 }, 1, null, default));
    }

    [Fact]
    public void InvalidSettingsAreRejected()
    {
        Assert.Throws<ArgumentException>(() => ContentVectors.Build(TrackTable.Empty, [], new() { Dimensions = 12 }, 1, null, default));
        Assert.Throws<ArgumentException>(() => ContentVectors.Build(TrackTable.Empty, [], new() { Genres = float.NaN }, 1, null, default));
    }

    private static TrackTable Table(int count, Func<int, TrackDescription> describe)
    {
        var builder = new TrackTableBuilder();
        for (var row = 0; row < count; row++) builder.Add(describe(row));
        return builder.Build();
    }

    private static float[] Build(TrackTable tracks, IReadOnlyList<PlaylistContents>? playlists = null) =>
        ContentVectors.Build(tracks, playlists ?? [], Options, 2, null, default);

    private static double Similarity(float[] vectors, int a, int b) =>
        Enumerable.Range(0, Options.Dimensions).Sum(i => vectors[(a * Options.Dimensions) + i] * vectors[(b * Options.Dimensions) + i]);
}
