using Spotify.Audio.Tags;
using Spotify.Domain;
using Spotify.Functions.AudioIngest;

namespace Spotify.Functions.Tests.AudioIngest;

public sealed class TrackDescriptionTests
{
    private const string IdOfA = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d";
    private const string IdOfB = "8538e728-ca0b-4321-b7e5-cff6565dd4c0";

    [Theory]
    [InlineData("Title", "Title", 1)]
    [InlineData("01 Title", "Title", 1)]
    [InlineData("07 - Title", "Title", 7)]
    [InlineData("12. Title", "Title", 12)]
    [InlineData("03_Title", "Title", 3)]
    [InlineData("2-05 Title", "Title", 5)]
    [InlineData("1. Title", "Title", 1)]
    [InlineData("101 - Title", "Title", 101)]
    [InlineData("7 Seconds", "7 Seconds", 1)]
    [InlineData("1979", "1979", 1)]
    [InlineData("1999 - Live", "1999 - Live", 1)]
    [InlineData("01", "01", 1)]
    [InlineData("01.", "01.", 1)]
    public void Without_a_title_tag_the_name_comes_from_the_file_name(string file, string name, int number)
    {
        var track = TrackDescription.Of(new AudioTags(), $"/m/f/{file}.ogg");
        Assert.Equal((name, number), (track.Name, track.Number));
    }

    [Fact]
    public void A_file_without_tags_is_a_single_by_an_unknown_artist()
    {
        var track = TrackDescription.Of(new AudioTags(), "/music/Song.ogg");
        Assert.Equal(("Song", "Song", "0000", 1), (track.Name, track.Album.Name, track.ReleaseDate, track.DiscNumber));
        Assert.Equal("Unknown Artist", Assert.Single(track.Artists).Name);
        Assert.Equal(track.Album.Id, TrackDescription.Of(new AudioTags(), "/elsewhere/Song.flac").Album.Id);
    }

    [Fact]
    public void Numbered_files_without_an_album_tag_belong_to_the_folder_s_album()
    {
        var first = TrackDescription.Of(new AudioTags(), "/music/Rips/My Album/CD 1/01 One.wav");
        var second = TrackDescription.Of(new AudioTags { TrackNumber = 2 }, "/music/Rips/My Album/CD 2/Two.wav");
        Assert.Equal(("My Album", 1, 1), (first.Album.Name, first.DiscNumber, first.Number));
        Assert.Equal(("My Album", 2, 2), (second.Album.Name, second.DiscNumber, second.Number));
        Assert.Equal(first.Album.Id, second.Album.Id);
        Assert.Empty(first.Album.Artists);
    }

    [Fact]
    public void An_album_is_identified_by_its_name_and_its_artists_or_folder()
    {
        var tagged = new AudioTags { Album = "Hits", AlbumArtists = ["Queen"], Artists = ["Queen"] };
        Assert.Equal(Album(tagged, "/m/a/b/1.ogg"), Album(tagged, "/n/c/d/2.mp3"));
        Assert.NotEqual(Album(tagged, "/m/a/b/1.ogg"), Album(tagged with { AlbumArtists = ["Abba"] }, "/m/a/b/1.ogg"));

        var loose = new AudioTags { Album = "Hits" };
        Assert.Equal(
            Album(loose with { Artists = ["A"] }, "/m/Queen/Hits/1.ogg"),
            Album(loose with { Artists = ["B"] }, "/moved/Queen/Hits/2.ogg"));
        Assert.NotEqual(Album(loose, "/m/Queen/Hits/1.ogg"), Album(loose, "/m/Abba/Hits/1.ogg"));
    }

    [Fact]
    public void An_artist_is_identified_by_the_folded_name()
    {
        var track = TrackDescription.Of(new AudioTags { Artists = ["Beyoncé", "BEYONCE", "AC/DC", "!!!"] }, "/m/x.ogg");
        Assert.Equal(
            new[] { "beyonce", "ac dc", "!!!" }.Select(name => SpotifyId.FromName("artist:" + name)),
            track.Artists.Select(artist => artist.Credit.Id));
        var tags = new AudioTags { Album = "X", AlbumArtists = ["Beyoncé"] };
        Assert.Equal(Album(tags, "/a/b.ogg"), Album(tags with { AlbumArtists = ["Beyonce"] }, "/c/d.ogg"));
    }

    [Fact]
    public void The_artists_one_by_one_take_precedence_over_a_phrase()
    {
        var tags = new AudioTags
        {
            Artists = ["A feat. B"], ArtistNames = ["A", "B"], ArtistIds = [IdOfA, IdOfB], ArtistSortNames = ["A, The", "B"],
        };
        ArtistDescription[] expected = [new("A", IdOfA, "A, The"), new("B", IdOfB, "B")];
        Assert.Equal(expected, TrackDescription.Of(tags, "/m/x.ogg").Artists);

        // Without a list, the ids tell how many names are in the value.
        Assert.Equal(["A", "B"], Names(tags with { ArtistNames = ["A/B"] }));
        Assert.Equal(["A", "B"], Names(tags with { ArtistNames = ["A; B"] }));
        Assert.Equal(["AC/DC"], Names(tags with { ArtistNames = [], Artists = ["AC/DC"], ArtistIds = [IdOfA] }));
        Assert.Equal(["A feat. B"], Names(tags with { ArtistNames = [] }));

        static IEnumerable<string> Names(AudioTags tags) =>
            TrackDescription.Of(tags, "/m/x.ogg").Artists.Select(artist => artist.Name);
    }

    [Fact]
    public void An_album_with_a_MusicBrainz_id_may_be_renamed()
    {
        var tags = new AudioTags { Album = "Hits", AlbumArtists = ["Queen"], AlbumId = IdOfA };
        Assert.Equal(Album(tags, "/a/b.ogg"), Album(tags with { Album = "Greatest Hits" }, "/c/d.ogg"));
        Assert.NotEqual(Album(tags, "/a/b.ogg"), Album(tags with { AlbumId = IdOfB }, "/a/b.ogg"));
    }

    [Theory]
    [InlineData("various artists")]
    [InlineData("Various Artists")]
    public void Various_artists_make_a_compilation(string name)
    {
        var track = TrackDescription.Of(new AudioTags { Album = "Hits", AlbumArtists = [name] }, "/m/x.ogg");
        Assert.True(track.Album.IsCompilation);
        Assert.Equal([TrackDescription.VariousArtists], track.Album.Artists.Select(artist => artist.Credit));
        Assert.Equal("Unknown Artist", Assert.Single(track.Artists).Name);
    }

    [Fact]
    public void Names_are_truncated_to_the_columns()
    {
        var name = new string('x', 1023) + "🎵🎵";
        var tags = new AudioTags { Title = name, Artists = [name], Album = name, Label = name, Genres = ["a\nb"] };
        var track = TrackDescription.Of(tags, "/m/x.ogg");
        Assert.Equal(new string('x', 1023), track.Name);
        Assert.Equal(track.Name, track.Artists[0].Name);
        Assert.Equal(["a b"], track.Genres);
        Assert.Equal("a\ufffd", TrackDescription.Of(new AudioTags { Title = "a\ud800" }, "/m/x.ogg").Name);
    }

    [Theory]
    [InlineData("2020 Someone", "C 2020 Someone")]
    [InlineData("℗ 2020 Someone", "P 2020 Someone")]
    [InlineData("(p) 2020\nSomeone", "P 2020 Someone")]
    [InlineData("© 2020 Someone", "C 2020 Someone")]
    public void Copyrights_begin_with_their_type(string tag, string expected) =>
        Assert.Equal([expected], TrackDescription.Of(new AudioTags { Copyright = tag }, "/m/x.ogg").Album.Copyrights);

    private static string Album(AudioTags tags, string path) => TrackDescription.Of(tags, path).Album.Id;
}
