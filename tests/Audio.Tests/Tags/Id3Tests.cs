using System.IO.Compression;
using Spotify.Audio.Tags;
using static Spotify.Audio.Tests.Tags.TagFixture;

namespace Spotify.Audio.Tests.Tags;

public sealed class Id3Tests
{
    [Fact]
    public void Version22()
    {
        var tags = Read(Id3(2, 0,
            Frame22("TT2", Latin1("Titel é")), Frame22("TP1", Utf16("Björk")), Frame22("TRK", Latin1("2/9")),
            Frame22("TYE", Latin1("1993")), Frame22("TCO", Latin1("(26)")),
            Frame22("PIC", [0, .. "JPG"u8, 3, .. "front\0"u8, .. Jpeg])));
        Assert.Equal("Titel é", tags.Title);
        Assert.Equal(["Björk"], tags.Artists);
        Assert.Equal((2, 9), (tags.TrackNumber, tags.TrackTotal));
        Assert.Equal("1993", tags.Date);
        Assert.Equal(["Ambient"], tags.Genres);
        Assert.Equal(Jpeg, tags.Cover?.Bytes.ToArray());
    }

    [Fact]
    public void Version23()
    {
        var tags = Read(Id3(3, 0,
            Frame23("TIT2", Utf16BigEndianMarked("日本")), Frame23("TPE1", Latin1("AC/DC\0ignored")), Frame23("TPE2", Utf16("Various\0")),
            Frame23("TYER", Latin1("2001")), Frame23("TDAT", Latin1("0209")), Frame23("TPOS", Latin1("1/2")),
            Frame23("TSRC", Latin1("USRC17607839")), Frame23("TPUB", Latin1("Label")), Frame23("TCOP", Latin1("2001 Label")),
            Frame23("TCMP", Latin1("1")),
            Frame23("TXXX", Latin1("ITUNESADVISORY\01")), Frame23("TXXX", Utf16("BARCODE\0\uFEFF0123456789012")),
            Frame23("APIC", [1, .. "image/png\0"u8, 3, 0xFF, 0xFE, (byte)'x', 0, 0, 0, .. Png])));
        Assert.Empty(tags.Ignored);
        Assert.Equal("日本", tags.Title);
        Assert.Equal(["AC/DC"], tags.Artists);
        Assert.Equal(["Various"], tags.AlbumArtists);
        Assert.Equal("2001-09-02", tags.Date);
        Assert.Equal((1, 2), (tags.DiscNumber, tags.DiscTotal));
        Assert.Equal("USRC17607839", tags.Isrc);
        Assert.Equal("0123456789012", tags.Upc);
        Assert.Equal("Label", tags.Label);
        Assert.Equal("2001 Label", tags.Copyright);
        Assert.True(tags.IsCompilation);
        Assert.True(tags.IsExplicit);
        Assert.Equal(Png, tags.Cover?.Bytes.ToArray());
    }

    [Fact]
    public void Version24SeparatesValuesByNul()
    {
        var tags = Read(Id3(4, 0,
            Frame24("TPE1", Utf8("Tyler, The Creator\0Kali Uchis\0")), Frame24("TPE2", Utf16("A\0\uFEFFB")),
            Frame24("TCOM", Utf16BigEndian("C\0D")), Frame24("TCON", Utf8("17\0(4)Euro\0Own\0((x)")),
            Frame24("TDRC", Utf8("2017-07-21T00:00"))));
        Assert.Equal(["Tyler, The Creator", "Kali Uchis"], tags.Artists);
        Assert.Equal(["A", "B"], tags.AlbumArtists);
        Assert.Equal(["C", "D"], tags.Composers);
        Assert.Equal(["Rock", "Disco", "Euro", "Own", "(x)"], tags.Genres);
        Assert.Equal("2017-07-21", tags.Date);
    }

    [Fact]
    public void UnsynchronizationIsRemoved()
    {
        byte[] picture = [0, .. "image/jpeg\0"u8, 3, 0, .. Jpeg];
        var whole = Read(Id3(3, 0x80, Unsynchronize(ByteWriter.Concat(Frame23("TIT2", Utf16("ÿÿ")), Frame23("APIC", picture)))));
        var each = Read(Id3(4, 0x80, Frame24("TIT2", 0x02, Unsynchronize(Utf16("ÿÿ"))), Frame24("APIC", 0x02, Unsynchronize(picture))));
        var sized = Read(Id3(4, 0, Frame24("TIT2", 0x03, [0, 0, 0, 6, .. Unsynchronize(Utf16("ÿÿ"))]), Frame24("APIC", picture)));
        Assert.All([whole, each, sized], tags =>
        {
            Assert.Equal("ÿÿ", tags.Title);
            Assert.Equal(Jpeg, tags.Cover?.Bytes.ToArray());
        });
    }

    [Fact]
    public void ExtendedHeadersAndPaddingAreSkipped()
    {
        Assert.Equal("T", Read(Id3(3, 0x40, [0, 0, 0, 6, 0, 0, 0, 0, 0, 0], Frame23("TIT2", Latin1("T")), new byte[30])).Title);
        Assert.Equal("T", Read(Id3(4, 0x40, [0, 0, 0, 6, 1, 0], Frame24("TIT2", Latin1("T")), new byte[5])).Title);
    }

    [Fact]
    public void CompressedFramesAreInflatedUpToTheLimit()
    {
        Assert.Equal("T", Read(Id3(3, 0, Frame23("TIT2", 0x80, [0, 0, 0, 2, .. Deflate(Latin1("T"))]))).Title);
        Assert.Equal("T", Read(Id3(4, 0, Frame24("TIT2", 0x09, [0, 0, 0, 2, .. Deflate(Latin1("T"))]))).Title);

        var bomb = Id3(4, 0, Frame24("TIT2", 0x09, [0, 0, 0, 2, .. Deflate(new byte[10_000_000])]));
        Assert.Contains("larger than", Assert.Single(Read(bomb).Ignored));
        Assert.Contains("damaged", Assert.Single(Read(Id3(4, 0, Frame24("TIT2", 0x09, [0, 0, 0, 2, 1, 2, 3]))).Ignored));
        Assert.Contains("encrypted", Assert.Single(Read(Id3(4, 0, Frame24("TIT2", 0x04, Latin1("T")))).Ignored));

        static byte[] Deflate(byte[] bytes)
        {
            using var result = new MemoryStream();
            using (var zlib = new ZLibStream(result, CompressionLevel.Optimal)) zlib.Write(bytes);
            return result.ToArray();
        }
    }

    [Fact]
    public void EightBitFrameSizesOfITunesAreSupported()
    {
        var album = new string('x', 200);
        var wrong = new ByteWriter().Ascii("TALB").BigEndian32(201).BigEndian16(0).Bytes(Latin1(album)).ToArray();
        var tags = Read(Id3(4, 0, wrong, Frame24("TIT2", Latin1("T"))));
        Assert.Equal((album, "T"), (tags.Album, tags.Title));

        // 0x0101 is 129 with seven bits per byte and 257 with eight.
        var ambiguous = new ByteWriter().Ascii("TALB").BigEndian32(257).BigEndian16(0).Bytes(Latin1(new string('x', 256))).ToArray();
        Assert.Equal("T", Read(Id3(4, 0, ambiguous, Frame24("TIT2", Latin1("T")))).Title);
    }

    [Fact]
    public void Version1HasTheLowestPrecedence()
    {
        var old = Id3v1("Old title", "Artist", "Album", "1984", 5, 17);
        var tags = Read([.. Id3(4, 0, Frame24("TIT2", Latin1("Title that is longer than thirty characters"))), .. Mp3(), .. old]);
        Assert.Equal("Title that is longer than thirty characters", tags.Title);
        Assert.Equal(["Artist"], tags.Artists);
        Assert.Equal(("Album", "1984", 5), (tags.Album, tags.Date, tags.TrackNumber));
        Assert.Equal(["Rock"], tags.Genres);

        Assert.Equal("Old title", Read([.. Mp3(), .. old]).Title);
        Assert.Null(Read(Mp3()).Title);
    }

    [Fact]
    public void OnlyDamagedTagsAreIgnored()
    {
        var title = Frame24("TIT2", Latin1("T"));
        Assert.Contains("extends past the end of its tag", OnlyReason(Id3(4, 0, title, [.. "TALB"u8, 127, 127, 127, 127, 0, 0, 0, 0])));
        Assert.Contains("does not begin with a valid frame", OnlyReason(Id3(4, 0, title, [.. "????"u8, .. new byte[20]])));
        Assert.Contains("media type of an ID3v2 picture", OnlyReason(Id3(4, 0, title, Frame24("APIC", 0, [0, .. "image"u8]))));
        Assert.Contains("bytes expected", Assert.Single(Read(Id3(4, 0x40, [127, 127, 127, 127])).Ignored));
        Assert.Contains("ID3v2.9 is not supported", Assert.Single(Read(Id3(9, 0, title)).Ignored));
        Assert.Throws<InvalidAudioException>(() => Read([.. "ID3"u8, 4, 0, 0, 1, 1, 1]));
        Assert.Throws<InvalidAudioException>(() => Read([.. "ID3"u8, 4, 0, 0, 127, 127, 127, 127, .. title]));

        static string OnlyReason(byte[] file)
        {
            var tags = Read(file);
            Assert.Equal("T", tags.Title);
            return Assert.Single(tags.Ignored);
        }
    }

    [Fact]
    public void AnOversizedTagIsIgnored()
    {
        var file = ByteWriter.Concat(Id3(4, 0, Frame24("TIT2", Latin1(new string('x', 200)))), Mp3(), Id3v1("T", "", "", "    ", 0, 255));
        var tags = AudioTagReader.Read(new MemoryStream(file), new TagLimits { BlockBytes = 100 });
        Assert.Equal("T", tags.Title);
        Assert.Contains("An ID3v2 tag of 211 bytes is larger than 100 bytes", Assert.Single(tags.Ignored));
    }

    [Fact]
    public void FlacCommentsTakePrecedenceOverAnId3Tag()
    {
        var flac = Flac(FlacFixture.Block(4, OggFixture.CommentBlock("TITLE=Right")));
        var tags = Read([.. Id3(4, 0, Frame24("TIT2", Latin1("Wrong")), Frame24("TALB", Latin1("Album"))), .. flac]);
        Assert.Equal(("Right", "Album"), (tags.Title, tags.Album));
    }

    [Theory]
    [InlineData("(17)", "Rock")]
    [InlineData("79", "Hard Rock")]
    [InlineData("147", "Synthpop")]
    [InlineData("191", "Psybient")]
    [InlineData("192", "192")]
    [InlineData("(RX)", "Remix")]
    [InlineData("(What", "(What")]
    [InlineData("(What)ever", "(What)ever")]
    public void GenreNumbersAreConvertedToNames(string written, string expected) =>
        Assert.Equal([expected], Read(Id3(3, 0, Frame23("TCON", Latin1(written)))).Genres);

    private static AudioTags Read(byte[] file) => AudioTagReader.Read(new MemoryStream(file));
}
