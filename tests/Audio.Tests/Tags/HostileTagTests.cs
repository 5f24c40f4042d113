using FsCheck;
using FsCheck.Fluent;
using Spotify.Audio.Tags;
using static Spotify.Audio.Tests.Tags.TagFixture;

namespace Spotify.Audio.Tests.Tags;

/// <summary>
/// Tests with damaged files: the reader returns tags or throws <see cref="InvalidAudioException"/>, and allocates a bounded amount of
/// memory.
/// </summary>
public sealed class HostileTagTests
{
    public static TheoryData<string, byte[]> Files => new()
    {
        {
            "flac",
            Flac(FlacFixture.Block(4, OggFixture.CommentBlock("TITLE=T", "ARTIST=A")), FlacFixture.Block(6, FlacPictureBlock(3, Jpeg)))
        },
        { "ogg", OggFixture.Stream(pages: 1) },
        { "id3v2.2", [.. Id3(2, 0, Frame22("TT2", Utf16("T")), Frame22("PIC", [0, .. "JPG"u8, 3, 0, .. Jpeg])), .. Mp3()] },
        { "id3v2.3", [.. Id3(3, 0x80, Frame23("TIT2", Utf16("T")), Frame23("APIC", [0, .. "x\0"u8, 3, 0, .. Jpeg])), .. Mp3()] },
        { "id3v2.4", [.. Id3(4, 0, Frame24("TIT2", Utf8("T")), Frame24("TPE1", 1, [0, 0, 0, 4, .. Utf8("A\0B")])), .. Mp3()] },
        {
            "wav",
            Wav(
                Info(Chunk("INAM", "T"u8.ToArray())),
                Chunk("data", new byte[9]),
                Chunk("id3 ", Id3(4, 0, Frame24("TIT2", Utf8("T")))))
        },
        {
            "m4a",
            M4a(
                Item("\u00a9nam", Text("T")),
                Item("trkn", Data(0, 0, 0, 0, 1, 0, 2)),
                Item("covr", Data(13, Jpeg)),
                Freeform("ISRC", "x"))
        },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void DamagedFilesAreReadOrRejected(string name, byte[] file)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(500).WithName(name);
        Check.One(config, Prop.ForAll<uint>(length => ReadOrReject(file[..(int)(length % file.Length)])));
        Check.One(config, Prop.ForAll<(uint At, byte Value)[]>(flips =>
        {
            var damaged = (byte[])file.Clone();
            foreach (var (at, value) in flips.Take(4)) damaged[at * 2_654_435_761 % damaged.Length] ^= value;
            ReadOrReject(name == "ogg" ? OggChecksums.Repair(damaged) : damaged);
        }));
        Check.One(config, Prop.ForAll<byte[]>(noise => ReadOrReject([.. file[..Math.Min(file.Length, 12)], .. noise])));
    }

    [Fact]
    public void FilesWithOneDamagedByteAreReadOrRejected()
    {
        foreach (var row in Files)
        {
            var (name, file) = ((string)row[0], (byte[])row[1]);
            for (var at = 0; at < file.Length; at++)
                foreach (var value in new byte[] { 0x01, 0x80, 0xFF })
                {
                    var damaged = (byte[])file.Clone();
                    damaged[at] ^= value;
                    ReadOrReject(name == "ogg" ? OggChecksums.Repair(damaged) : damaged);
                }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ID3")]
    [InlineData("RIFF1234AVI LIST")]
    [InlineData("<html><body></body></html>")]
    [InlineData("\u00ff\u00fb\u0090\u0000 only the header of a frame")]
    [InlineData("\u00ff\u00feT\u0000e\u0000x\u0000t\u0000 \u0000")]
    public void UnsupportedFilesAreRejected(string content)
    {
        var file = System.Text.Encoding.Latin1.GetBytes(content);
        var error = Assert.Throws<InvalidAudioException>(() => AudioTagReader.Read(new MemoryStream(file)));
        Assert.Equal("The file has no known audio container (FLAC, Ogg, MP3, WAV or MP4) (at byte 0).", error.Message);
    }

    [Fact]
    public void AStreamThatCannotSeekIsAnInvalidArgument() => Assert.Throws<ArgumentException>(() =>
        AudioTagReader.Read(new System.IO.Compression.DeflateStream(new MemoryStream(), System.IO.Compression.CompressionMode.Decompress)));

    private static void ReadOrReject(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            AudioTagReader.Read(new MemoryStream(file));
        }
        catch (InvalidAudioException error)
        {
            Assert.InRange(error.Offset, 0, file.Length);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * 1024 * 1024);
    }
}
