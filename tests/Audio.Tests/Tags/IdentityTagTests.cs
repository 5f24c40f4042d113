using Spotify.Audio.Tags;
using static Spotify.Audio.Tests.Tags.TagFixture;

namespace Spotify.Audio.Tests.Tags;

/// <summary>Artists one by one, MusicBrainz ids, sort names and lyrics, as MusicBrainz Picard writes them.</summary>
public sealed class IdentityTagTests
{
    private const string A = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d";
    private const string B = "8538e728-ca0b-4321-b7e5-cff6565dd4c0";

    [Fact]
    public void VorbisComments() => AssertFields(Read([
        .. "fLaC"u8,
        .. FlacFixture.Block(
            4,
            OggFixture.CommentBlock(
                "ARTIST=A feat. B", "ARTISTS=A", "ARTISTS=B", $"MUSICBRAINZ_ARTISTID={A}", $"MUSICBRAINZ_ARTISTID={B.ToUpperInvariant()}",
                "ARTISTSORT=A, The", "ALBUMARTIST=A", "ALBUMARTISTS=A", $"MUSICBRAINZ_ALBUMARTISTID={A}", "ALBUMARTISTSORT=A, The",
                $"MUSICBRAINZ_ALBUMID={B}", $"MUSICBRAINZ_TRACKID={A}", "LYRICS=One\nTwo"),
            last: true),
    ]));

    [Fact]
    public void Id3v24() => AssertFields(Read([
        .. Id3(4, 0,
            Frame24("TPE1", Utf8("A feat. B")), Frame24("TXXX", Utf8("Artists\0A\0B")),
            Frame24("TXXX", Utf8($"MusicBrainz Artist Id\0{A}\0{B}")), Frame24("TSOP", Utf8("A, The")), Frame24("TPE2", Utf8("A")),
            Frame24("TXXX", Utf8("ALBUMARTISTS\0A")), Frame24("TXXX", Utf8($"MusicBrainz Album Artist Id\0{A}")),
            Frame24("TSO2", Utf8("A, The")), Frame24("TXXX", Utf8($"MusicBrainz Album Id\0{B}")),
            Frame24("UFID", [.. "http://musicbrainz.org\0"u8, .. System.Text.Encoding.Latin1.GetBytes(A)]),
            Frame24("UFID", [.. "http://elsewhere.example\0"u8, .. System.Text.Encoding.Latin1.GetBytes(B)]),
            Frame24("USLT", [3, .. "eng"u8, .. "Description\0One\nTwo"u8])),
        .. Mp3(),
    ]));

    [Fact]
    public void Id3v23HasTheIdsInOneValue()
    {
        var tags = Read([
            .. Id3(3, 0, Frame23("TXXX", Latin1("Artists\0A/B")), Frame23("TXXX", Latin1($"MusicBrainz Artist Id\0{A}/{B}"))), .. Mp3(),
        ]);
        Assert.Equal(["A/B"], tags.ArtistNames);
        Assert.Equal([A, B], tags.ArtistIds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0003")]
    [InlineData("\u0003eng")]
    [InlineData("\u0001eng\u0000")]
    public void DamagedLyricsAreIgnored(string content)
    {
        var lyrics = Frame24("USLT", System.Text.Encoding.Latin1.GetBytes(content));
        var tags = Read([.. Id3(4, 0, lyrics, Frame24("TIT2", Utf8("T"))), .. Mp3()]);
        Assert.Equal(("T", null), (tags.Title, tags.Lyrics));
    }

    [Fact]
    public void IdsThatAreNotMusicBrainzIdsAreIgnored() => Assert.Empty(Read([
        .. Id3(4, 0, Frame24("TXXX", Utf8("MusicBrainz Artist Id\0not an id"))), .. Mp3(),
    ]).ArtistIds);

    private static AudioTags Read(byte[] file) => AudioTagReader.Read(new MemoryStream(file));

    private static void AssertFields(AudioTags tags)
    {
        Assert.Empty(tags.Ignored);
        Assert.Equal(["A feat. B"], tags.Artists);
        Assert.Equal(["A", "B"], tags.ArtistNames);
        Assert.Equal([A, B], tags.ArtistIds);
        Assert.Equal(["A, The"], tags.ArtistSortNames);
        Assert.Equal(["A"], tags.AlbumArtistNames);
        Assert.Equal([A], tags.AlbumArtistIds);
        Assert.Equal(["A, The"], tags.AlbumArtistSortNames);
        Assert.Equal((B, A, "One\nTwo"), (tags.AlbumId, tags.RecordingId, tags.Lyrics));
    }
}
