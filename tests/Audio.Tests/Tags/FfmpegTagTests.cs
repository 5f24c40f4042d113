using Spotify.Audio.Tags;
using Spotify.Fixtures;

namespace Spotify.Audio.Tests.Tags;

/// <summary>Tests with files tagged by ffmpeg.</summary>
public sealed class FfmpegTagTests
{
    [ToolFact("ffmpeg")]
    public void Mp3OfVersion23() => AssertTags(["-c:a", "libmp3lame", "-id3v2_version", "3"], "mp3");

    [ToolFact("ffmpeg")]
    public void Mp3OfVersion24() => AssertTags(["-c:a", "libmp3lame", "-id3v2_version", "4", "-write_id3v1", "1"], "mp3");

    [ToolFact("ffmpeg")]
    public void Flac() => AssertTags(["-c:a", "flac"], "flac");

    [ToolFact("ffmpeg")]
    public void OggVorbis() => AssertTags(["-c:a", "libvorbis"], "ogg");

    [ToolFact("ffmpeg")]
    public void OggOpus() => AssertTags(["-c:a", "libopus"], "opus");

    [ToolFact("ffmpeg")]
    public void M4a() => AssertTags(["-c:a", "aac"], "m4a");

    [ToolFact("ffmpeg")]
    public void FragmentedM4a() => AssertTags(["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"], "m4a");

    [ToolFact("ffmpeg")]
    public void Wav() => AssertTags(["-c:a", "pcm_s16le"], "wav", hasAlbumArtist: false);

    [ToolFact("ffmpeg")]
    public void AnMp3WithoutTagsIsDetected() => Assert.Null(Read(Ffmpeg.Make(
        "-f lavfi -i sine=440:duration=1 -c:a libmp3lame -id3v2_version 0 -write_id3v1 0 -write_xing 0", "mp3")).Title);

    [ToolTheory("ffmpeg")]
    [InlineData("mp3", "libmp3lame")]
    [InlineData("m4a", "aac")]
    [InlineData("flac", "flac")]
    public void CoversAreFound(string extension, string codec)
    {
        var tags = Read(Ffmpeg.Make(
            $"-f lavfi -i sine=440:duration=1 -f lavfi -i color=red:s=32x32:d=0.04 -map 0 -map 1 -frames:v 1 -c:a {codec} -c:v mjpeg "
                + "-pix_fmt yuvj420p -disposition:v attached_pic",
            extension));
        Assert.Equal("image/jpeg", tags.Cover?.MimeType);
        Assert.True(tags.Cover!.Bytes.Span.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]));
    }

    private static void AssertTags(string[] options, string extension, bool hasAlbumArtist = true)
    {
        var tags = Read(Ffmpeg.Make(
            [
                "-f", "lavfi", "-i", "sine=440:duration=1", .. options,
                "-metadata", "title=Für Elise", "-metadata", "artist=Earth, Wind & Fire; feat. A/B", "-metadata", "album_artist=Various",
                "-metadata", "album=Album", "-metadata", "track=3/12", "-metadata", "date=2003-04-05", "-metadata", "genre=Jazz",
                "-metadata", "copyright=2003 Label",
            ],
            extension));
        Assert.Equal("Für Elise", tags.Title);
        Assert.Equal(["Earth, Wind & Fire; feat. A/B"], tags.Artists);
        Assert.Equal(hasAlbumArtist ? ["Various"] : [], tags.AlbumArtists);
        Assert.Equal("Album", tags.Album);
        Assert.Equal(3, tags.TrackNumber);
        Assert.Equal("2003-04-05", tags.Date);
        Assert.Equal(["Jazz"], tags.Genres);
        Assert.Equal("2003 Label", tags.Copyright);
        Assert.Empty(tags.Ignored);
    }

    private static AudioTags Read(byte[] file) => AudioTagReader.Read(new MemoryStream(file));
}
