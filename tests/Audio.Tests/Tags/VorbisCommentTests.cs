using Spotify.Audio.Tags;
using static Spotify.Audio.Tests.OggFixture;
using static Spotify.Audio.Tests.Tags.TagFixture;

namespace Spotify.Audio.Tests.Tags;

public sealed class VorbisCommentTests
{
    private static readonly string[] Comments =
    [
        "title= Über \u200bden Wolken ", "ARTIST=Earth, Wind & Fire", "Artist=Simon & Garfunkel feat. AC/DC", "ARTIST=  ",
        "ALBUMARTIST=Various; Artists", "ALBUM=Hits", "TRACKNUMBER=03/12", "DISCNUMBER=1", "TOTALDISCS=2", "DATE=1999-12-31T23:59:59Z",
        "GENRE=Pop", "GENRE=Chanson", "ISRC=de-a62-99-00001", "BARCODE=0 12345 67890 5", "ORGANIZATION=Label", "COPYRIGHT=1999 Label",
        "ITUNESADVISORY=1", "COMPILATION=1", "COMPOSER=A", "no separator", "=no name", "UNKNOWN=x",
    ];

    [Fact]
    public void EveryFieldIsReadFromFlac() => AssertFields(Read(Flac(FlacFixture.Block(4, CommentBlock(Comments)))));

    [Fact]
    public void EveryFieldIsReadFromOggVorbis() =>
        AssertFields(Read(ByteWriter.Concat(Page(0, First, 0, Identification()), Page(1, 0, 0, Comment(Comments), Setup()))));

    [Fact]
    public void EveryFieldIsReadFromOggOpus() => AssertFields(Read(ByteWriter.Concat(
        Page(0, First, 0, [.. "OpusHead"u8, .. new byte[11]]), Page(1, 0, 0, [.. "OpusTags"u8, .. CommentBlock(Comments)]))));

    [Fact]
    public void TheFrontCoverIsPreferred()
    {
        var tags = Read(Flac(
            FlacFixture.Block(6, FlacPictureBlock(1, Png)),
            FlacFixture.Block(6, FlacPictureBlock(4, Png)),
            FlacFixture.Block(6, FlacPictureBlock(3, Jpeg)),
            FlacFixture.Block(6, FlacPictureBlock(3, Png))));
        Assert.Equal("image/jpeg", tags.Cover?.MimeType);
        Assert.Equal(Jpeg, tags.Cover?.Bytes.ToArray());
    }

    [Fact]
    public void APictureAcrossManyOggPagesIsRead()
    {
        byte[] picture = [.. Jpeg, .. new byte[200_000]];
        var comment = Comment($"METADATA_BLOCK_PICTURE={Convert.ToBase64String(FlacPictureBlock(3, picture))}", "TITLE=T");
        var lacing = Lacing(comment).ToArray();
        var pages = lacing.Chunk(255).Select((chunk, number) => RawPage(
            number + 1,
            number == 0 ? 0 : Continued,
            -1,
            chunk,
            comment[(number * 255 * 255)..Math.Min(comment.Length, (number + 1) * 255 * 255)]));
        var tags = Read(ByteWriter.Concat([Page(0, First, 0, Identification()), .. pages]));
        Assert.Equal(picture, tags.Cover?.Bytes.ToArray());
        Assert.Equal("T", tags.Title);
    }

    [Fact]
    public void OnlyDamagedTagsAreIgnored()
    {
        var tags = Read(Flac(
            FlacFixture.Block(4, CommentBlock("TITLE=T", "METADATA_BLOCK_PICTURE=!!!", "ARTIST=A")),
            FlacFixture.Block(6, FlacPictureBlock(3, Jpeg, claimedLength: 10_000)),
            FlacFixture.Block(6, FlacPictureBlock(3, [1, 2, 3])),
            FlacFixture.Block(4, [1, 0, 0, 0, 65, 255, 255, 255, 255, 255, 255, 255, 127])));
        Assert.Equal("T", tags.Title);
        Assert.Equal(["A"], tags.Artists);
        Assert.Null(tags.Cover);
        Assert.Collection(
            tags.Ignored,
            reason => Assert.Contains("not base64", reason),
            reason => Assert.Contains("10000 bytes expected", reason),
            reason => Assert.Contains("unknown format", reason),
            reason => Assert.Contains("after the end of its container", reason));
    }

    [Fact]
    public void OversizedTagsAreIgnoredWithAReason()
    {
        var limits = new TagLimits { PictureBytes = 100, TextBytes = 50, BlockBytes = 1_000 };
        byte[] picture = [.. Jpeg, .. new byte[200]];
        var title = $"TITLE={new string('x', 51)}";
        var base64 = $"METADATA_BLOCK_PICTURE={Convert.ToBase64String(FlacPictureBlock(3, picture))}";
        var flac = Read(
            Flac(FlacFixture.Block(6, FlacPictureBlock(3, picture)), FlacFixture.Block(4, CommentBlock(title, base64, "ALBUM=B"))), limits);
        Assert.Null(flac.Title);
        Assert.Null(flac.Cover);
        Assert.Equal("B", flac.Album);
        Assert.Collection(
            flac.Ignored,
            reason => Assert.Contains("A picture of 212 bytes is larger than 100 bytes", reason),
            reason => Assert.Contains("A text of 51 bytes is larger than 50 bytes", reason),
            reason => Assert.Contains("A picture of", reason));

        var ogg = Read(
            ByteWriter.Concat(Page(0, First, 0, Identification()), Page(1, 0, 0, Comment(new string('x', 1_000)), Setup())), limits);
        Assert.Contains("larger than 1000 bytes", Assert.Single(ogg.Ignored));
    }

    [Fact]
    public void AFileWithoutTagsIsValid()
    {
        var tags = Read(Flac());
        Assert.Null(tags.Title);
        Assert.Null(tags.IsExplicit);
        Assert.Empty(tags.Artists);
        Assert.Empty(tags.Ignored);
        Assert.False(tags.IsCompilation);
    }

    [Fact]
    public void AMalformedContainerIsAnError()
    {
        Assert.Throws<InvalidAudioException>(() => Read(Flac()[..^2]));
        Assert.Throws<InvalidAudioException>(() => Read([.. "fLaC"u8, 4, 255, 255, 255, 0]));
        Assert.Throws<InvalidAudioException>(() => Read(Page(0, First, 0, Identification())));
        Assert.Throws<InvalidAudioException>(() => Read(Page(0, First, 0, [.. "Speex   "u8])));
        Assert.Throws<InvalidAudioException>(() => Read(ByteWriter.Concat(Page(0, First, 0, Identification()), Page(1, 0, 0, Setup()))));
    }

    private static AudioTags Read(byte[] file, TagLimits? limits = null) => AudioTagReader.Read(new MemoryStream(file), limits);

    private static void AssertFields(AudioTags tags)
    {
        Assert.Empty(tags.Ignored);
        Assert.Equal("Über \u200bden Wolken", tags.Title);
        Assert.Equal(["Earth, Wind & Fire", "Simon & Garfunkel feat. AC/DC"], tags.Artists);
        Assert.Equal(["Various; Artists"], tags.AlbumArtists);
        Assert.Equal(["A"], tags.Composers);
        Assert.Equal("Hits", tags.Album);
        Assert.Equal((3, 12, 1, 2), (tags.TrackNumber, tags.TrackTotal, tags.DiscNumber, tags.DiscTotal));
        Assert.Equal("1999-12-31", tags.Date);
        Assert.Equal(["Pop", "Chanson"], tags.Genres);
        Assert.Equal("DEA629900001", tags.Isrc);
        Assert.Equal("012345678905", tags.Upc);
        Assert.Equal("Label", tags.Label);
        Assert.Equal("1999 Label", tags.Copyright);
        Assert.True(tags.IsExplicit);
        Assert.True(tags.IsCompilation);
        Assert.Null(tags.Cover);
    }
}
