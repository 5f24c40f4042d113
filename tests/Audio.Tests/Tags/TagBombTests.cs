using System.IO.Compression;
using Spotify.Audio.Tags;
using static Spotify.Audio.Tests.Tags.TagFixture;

namespace Spotify.Audio.Tests.Tags;

/// <summary>Tests with files whose tags are much larger than the file, or than any real tag.</summary>
public sealed class TagBombTests
{
    private const int MebiByte = 1024 * 1024;

    [Fact]
    public void CompressedFramesAreInflatedUpToTheLimitOfTheFile()
    {
        var frames = Enumerable.Range(0, 90).Select(number => Compressed("TPE1", Latin1($"{number} {new string('x', 60_000)}"))).ToList();
        byte[] file = [.. Id3(4, 0, [.. Enumerable.Repeat(frames, 100).SelectMany(all => all)]), .. Mp3()];
        Assert.InRange(file.Length, 0, 3 * MebiByte / 2);

        var (tags, allocated) = Read(file);
        Assert.InRange(tags.Artists.Count, 1, 20);
        Assert.Contains(tags.Ignored, reason => reason.Contains("The texts have more than 1048576 bytes"));
        Assert.InRange(allocated, 0, 24 * MebiByte);
    }

    [Fact]
    public void CompressedPicturesAreInflatedUpToTheLimitOfTheFile()
    {
        var picture = Compressed("APIC", [0, .. "image/jpeg\0"u8, 0, 0, .. Jpeg, .. new byte[15 * MebiByte]]);
        byte[] file = [.. Id3(4, 0, [.. Enumerable.Repeat(picture, 60)]), .. Mp3()];

        var (tags, allocated) = Read(file);
        Assert.NotNull(tags.Cover);
        Assert.Contains(tags.Ignored, reason => reason.Contains("The pictures have more than 67108864 bytes"));
        Assert.InRange(allocated, 0, 500 * MebiByte);
    }

    [Fact]
    public void EmptyCompressedFramesAreNotFree()
    {
        byte[] file = [.. Id3(4, 0, [.. Enumerable.Repeat(Compressed("TPE1", []), 100_000)]), .. Mp3()];
        var (tags, allocated) = Read(file);
        Assert.Contains(tags.Ignored, reason => reason.Contains("The texts have more than"));
        Assert.InRange(allocated, 0, 64 * MebiByte);
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(65, 100)]
    public void MillionsOfDistinctCommentsAreReadUpToTheLimitOfAField(int blockMebiBytes, int artists)
    {
        var limits = new TagLimits { BlockBytes = blockMebiBytes * MebiByte };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tags = AudioTagReader.Read(new OggCommentStream(64 * MebiByte), limits);

        Assert.Equal(artists, tags.Artists.Count);
        Assert.NotEmpty(tags.Ignored);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10L * limits.BlockBytes);
    }

    [Fact]
    public void MillionsOfDamagedCommentsAreSkipped()
    {
        string[] comments = [.. Enumerable.Repeat("METADATA_BLOCK_PICTURE=", 200_000), "TITLE=T"];
        var (tags, allocated) = Read(Flac(FlacFixture.Block(4, OggFixture.CommentBlock(comments))));
        Assert.Null(tags.Title);
        Assert.InRange(allocated, 0, 40 * MebiByte);
    }

    [Fact]
    public void ReadingABlockInMemoryCanBeCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        byte[] file = [.. Id3(4, 0, [.. Enumerable.Repeat(Frame24("TPE1", Latin1("A")), 1_000)]), .. Mp3()];
        using var stream = new CancelingStream(file, cancellation);
        Assert.Throws<OperationCanceledException>(() => AudioTagReader.Read(stream, cancellationToken: cancellation.Token));
    }

    private static byte[] Compressed(string id, byte[] content)
    {
        using var deflated = new MemoryStream();
        deflated.Write(new byte[4]);
        using (var zlib = new ZLibStream(deflated, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(content);
        return Frame24(id, 0x09, deflated.ToArray());
    }

    private static (AudioTags Tags, long Allocated) Read(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tags = AudioTagReader.Read(new MemoryStream(file));
        return (tags, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A stream whose first read cancels the reader, which has all of the tag by then.</summary>
    private sealed class CancelingStream(byte[] content, CancellationTokenSource cancellation) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer)
        {
            cancellation.Cancel();
            return base.Read(buffer);
        }
    }
}
