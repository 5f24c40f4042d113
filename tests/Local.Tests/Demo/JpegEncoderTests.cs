using System.Buffers.Binary;
using Spotify.Fixtures;
using Spotify.Demo.Covers;

namespace Spotify.Local.Tests.Demo;

public sealed class JpegEncoderTests
{
    [ToolTheory("ffmpeg")]
    [InlineData(64, 64, 38)]
    [InlineData(300, 300, 38)]
    [InlineData(67, 45, 38)]
    [InlineData(1, 1, 35)]
    public async Task Ffmpeg_decodes_the_picture(int width, int height, double decibels)
    {
        var picture = Picture(width, height);
        var decoded = await DecodeAsync(JpegEncoder.Encode(picture, width, height));
        Assert.InRange(Psnr(picture, decoded), decibels, double.PositiveInfinity);
    }

    [ToolFact("ffmpeg")]
    public async Task Noise_and_hard_edges_are_coded_within_the_range_of_every_table()
    {
        var random = new Random(3);
        var noise = new byte[96 * 80 * 3];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (byte)(random.Next(2) * 255);
        var decoded = await DecodeAsync(JpegEncoder.Encode(noise, 96, 80, 100));
        Assert.InRange(Psnr(noise, decoded), 25, double.PositiveInfinity);
    }

    [Fact]
    public void Better_quality_is_larger()
    {
        var picture = Picture(200, 120);
        var sizes = new[] { 1, 25, 50, 75, 90, 100 }.Select(quality => JpegEncoder.Encode(picture, 200, 120, quality).Length).ToArray();
        Assert.Equal(sizes.Order(), sizes);
        Assert.Equal(sizes.Length, sizes.Distinct().Count());
    }

    [Fact]
    public void Equal_pictures_give_equal_bytes() =>
        Assert.Equal(JpegEncoder.Encode(Picture(50, 50), 50, 50), JpegEncoder.Encode(Picture(50, 50), 50, 50));

    [Fact]
    public void The_file_has_the_segments_of_a_baseline_picture()
    {
        var file = JpegEncoder.Encode(Picture(67, 45), 67, 45);
        Assert.Equal([0xFF, 0xD8], file[..2]);
        var markers = new List<byte>();
        var position = 2;
        while (markers.LastOrDefault() != 0xDA)
        {
            Assert.Equal(0xFF, file[position]);
            markers.Add(file[position + 1]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(position + 2));
            var content = file.AsSpan(position + 4, length - 2).ToArray();
            if (markers[^1] == 0xE0)
                Assert.Equal("JFIF\0"u8.ToArray(), content[..5]);
            if (markers[^1] == 0xC0)
                Assert.Equal([8, 0, 45, 0, 67, 3, 1, 0x11], content[..8]);
            position += 2 + length;
        }
        Assert.Equal([0xE0, 0xDB, 0xC0, 0xC4, 0xC4, 0xDA], markers);
        for (; position < file.Length - 2; position++)
        {
            if (file[position] == 0xFF)
                Assert.Equal(0, file[position + 1]);
        }
        Assert.Equal([0xFF, 0xD9], file[^2..]);
    }

    [Fact]
    public void Invalid_pictures_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => JpegEncoder.Encode(new byte[11], 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => JpegEncoder.Encode([], 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => JpegEncoder.Encode(new byte[12], 2, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => JpegEncoder.Encode(new byte[12], 2, 2, 101));
    }

    private static Task<byte[]> DecodeAsync(byte[] jpeg) =>
        FfmpegPipe.DecodeAsync(
            jpeg, "jpeg_pipe", "-sws_flags", "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp", "-f", "rawvideo", "-pix_fmt", "rgb24");

    /// <summary>Returns a picture of smooth colors with a bright disc.</summary>
    private static byte[] Picture(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            var (x, y) = ((double)(i % width) / width, (double)(i / width) / height);
            var disc = 1 / (1 + Math.Exp((Math.Sqrt(Math.Pow(x - 0.5, 2) + Math.Pow(y - 0.4, 2)) - 0.25) * 60));
            rgb[3 * i] = (byte)(40 + (160 * x) + (50 * disc));
            rgb[(3 * i) + 1] = (byte)(90 + (100 * y) - (40 * disc));
            rgb[(3 * i) + 2] = (byte)(200 - (120 * x * y) - (60 * disc));
        }
        return rgb;
    }

    private static double Psnr(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var error = expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Average();
        return 10 * Math.Log10(255 * 255 / error);
    }
}
