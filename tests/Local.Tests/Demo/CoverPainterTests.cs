using System.Buffers.Binary;
using Spotify.Demo.Covers;
using Spotify.Demo.Music;

namespace Spotify.Local.Tests.Demo;

public sealed class CoverPainterTests
{
    [Theory]
    [InlineData(640)]
    [InlineData(300)]
    [InlineData(64)]
    public void A_cover_is_a_square_jpeg(int size)
    {
        var cover = CoverPainter.Paint(5, Genre.Jazz, size);
        Assert.Equal([0xFF, 0xD8, 0xFF, 0xE0], cover[..4]);
        var frame = cover.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        Assert.Equal(size, BinaryPrimitives.ReadUInt16BigEndian(cover.AsSpan(frame + 5)));
        Assert.Equal(size, BinaryPrimitives.ReadUInt16BigEndian(cover.AsSpan(frame + 7)));
        Assert.Equal([0xFF, 0xD9], cover[^2..]);
    }

    [Fact]
    public void Every_cover_shows_something()
    {
        // A single color takes 2 kB at this size.
        foreach (var genre in Enum.GetValues<Genre>())
        {
            for (ulong seed = 0; seed < 12; seed++)
                Assert.InRange(CoverPainter.Paint(seed, genre, 200).Length, 3_000, 60_000);
        }
    }

    [Fact]
    public void Covers_depend_on_seed_and_genre()
    {
        var covers = Enumerable.Range(0, 30).Select(seed => Convert.ToHexString(CoverPainter.Paint((ulong)seed, Genre.Folk, 64))).ToList();
        Assert.Equal(covers.Count, covers.Distinct().Count());
        Assert.Equal(covers[3], Convert.ToHexString(CoverPainter.Paint(3, Genre.Folk, 64)));
        Assert.NotEqual(covers[3], Convert.ToHexString(CoverPainter.Paint(3, Genre.House, 64)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(5_000)]
    public void Invalid_sizes_are_rejected(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CoverPainter.Paint(1, Genre.Rock, size));
}
