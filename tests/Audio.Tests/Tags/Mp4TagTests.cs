using System.Text;
using Spotify.Audio.Tags;
using static Spotify.Audio.Tests.Tags.TagFixture;

namespace Spotify.Audio.Tests.Tags;

public sealed class Mp4TagTests
{
    [Fact]
    public void EveryFieldIsRead()
    {
        var tags = Read(M4a(
            Item("\u00a9nam", Text(" Title ")),
            Item("\u00a9ART", Text("Earth, Wind & Fire"), Text("B")),
            Item("\u00a9ART", Text("C")),
            Item("aART", Data(2, Encoding.BigEndianUnicode.GetBytes("Ä"))),
            Item("\u00a9alb", Text("Album")),
            Item("trkn", Data(0, 0, 0, 0, 3, 0, 12, 0, 0)),
            Item("disk", Data(0, 0, 0, 0, 1, 0, 2)),
            Item("\u00a9day", Text("2010-10-10T07:00:00Z")),
            Item("gnre", Data(0, 0, 18)),
            Item("\u00a9gen", Text("Own")),
            Item("cprt", Text("℗ Label")),
            Item("cpil", Data(21, 1)),
            Item("rtng", Data(21, 4)),
            Item("covr", Data(13, Png), Data(13, Jpeg)),
            Freeform("ISRC", "GBAYE0601498"),
            Freeform("LABEL", "Label"),
            Freeform("ARTISTS", "E"),
            Freeform("MusicBrainz Artist Id", "B10BBBFC-cf9e-42e0-be17-e2c3e1d2600d"),
            Freeform("MusicBrainz Album Id", "8538e728-ca0b-4321-b7e5-cff6565dd4c0"),
            Item("soar", Text("Earth")),
            Item("soaa", Text("A")),
            Item("\u00a9lyr", Text("One\nTwo")),
            Freeform("other", "x")));
        Assert.Empty(tags.Ignored);
        Assert.Equal(["E", "Earth", "A"], [.. tags.ArtistNames, .. tags.ArtistSortNames, .. tags.AlbumArtistSortNames]);
        Assert.Equal(["b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d"], tags.ArtistIds);
        Assert.Equal(("8538e728-ca0b-4321-b7e5-cff6565dd4c0", "One\nTwo"), (tags.AlbumId, tags.Lyrics));
        Assert.Equal("Title", tags.Title);
        Assert.Equal(["Earth, Wind & Fire", "B", "C"], tags.Artists);
        Assert.Equal(["Ä"], tags.AlbumArtists);
        Assert.Equal("Album", tags.Album);
        Assert.Equal((3, 12, 1, 2), (tags.TrackNumber, tags.TrackTotal, tags.DiscNumber, tags.DiscTotal));
        Assert.Equal("2010-10-10", tags.Date);
        Assert.Equal(["Rock", "Own"], tags.Genres);
        Assert.Equal("℗ Label", tags.Copyright);
        Assert.True(tags.IsCompilation);
        Assert.True(tags.IsExplicit);
        Assert.Equal(("GBAYE0601498", "Label"), (tags.Isrc, tags.Label));
        Assert.Equal("image/png", tags.Cover?.MimeType);
        Assert.Equal(Png, tags.Cover?.Bytes.ToArray());
    }

    [Fact]
    public void AZeroTotalMeansUnknown()
    {
        var tags = Read(M4a(Item("trkn", Data(0, 0, 0, 0, 3, 0, 0, 0, 0)), Item("cpil", Data(21, 0)), Item("rtng", Data(21, 0))));
        Assert.Equal((3, null), (tags.TrackNumber, tags.TrackTotal));
        Assert.False(tags.IsCompilation);
        Assert.False(tags.IsExplicit);
    }

    [Fact]
    public void OnlyDamagedTagsAreIgnored()
    {
        var wrongLength = Item("\u00a9alb", [0x7F, 255, 255, 255, .. "data"u8]);
        var tags = Read(M4a(Item("trkn", Data(0, 0)), wrongLength, Item("covr", Data(13, 1, 2)), Item("\u00a9nam", Text("T"))));
        Assert.Equal("T", tags.Title);
        Assert.Equal(3, tags.Ignored.Count);
    }

    [Fact]
    public void AnOversizedPictureIsIgnored()
    {
        var file = M4a(Item("covr", Data(13, [.. Jpeg, .. new byte[200]])), Item("\u00a9nam", Text("T")));
        var tags = AudioTagReader.Read(new MemoryStream(file), new TagLimits { PictureBytes = 100 });
        Assert.Equal("T", tags.Title);
        Assert.Null(tags.Cover);
        Assert.Contains("larger than 100", Assert.Single(tags.Ignored));
    }

    [Fact]
    public void ATruncatedFileIsAnError() => Assert.Throws<InvalidAudioException>(() => Read(M4a(Item("\u00a9nam", Text("T")))[..^5]));

    private static AudioTags Read(byte[] file) => AudioTagReader.Read(new MemoryStream(file));
}
