using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.SearchUpdates;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Import;

/// <summary>Tests that files with different tags credit the same artist, or different ones.</summary>
public sealed class ArtistIdentityTests : IDisposable
{
    private const string Queen = "0383dadf-2a4e-4d10-a46a-e9e041da8eb3";
    private const string Nirvana = "5b11f4ce-a62d-471e-81fc-a69a8278c7da";
    private const string OtherNirvana = "9282c8b4-ca0b-4c6b-b7e3-4f7762dfc4d6";

    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Spellings_of_a_name_are_one_artist_and_edited_tags_correct_the_name()
    {
        library.MakeFlac("a.flac", 400, null, "ARTIST=Sigur Ros", "TITLE=A");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        library.MakeFlac("b.flac", 500, null, "ARTIST=SIGUR RÓS", "TITLE=B");
        await library.ImportAsync("1 imported, 0 updated, 1 unchanged, 0 duplicates, 0 failed");
        Assert.Equal("Sigur Ros", Assert.Single(await ArtistsAsync("a.flac", "b.flac")).Name);
        library.MakeFlac("b.flac", 500, null, "ARTIST=Sigur Rós", "TITLE=B");
        await library.ImportAsync("0 imported, 1 updated, 1 unchanged, 0 duplicates, 0 failed");
        Assert.Equal("Sigur Rós", Assert.Single(await ArtistsAsync("a.flac", "b.flac")).Name);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task The_tracks_of_a_renamed_artist_and_album_are_found_by_the_new_names()
    {
        library.MakeFlac("a.flac", 400, null, "ARTIST=Queen", $"MUSICBRAINZ_ARTISTID={Queen}", "ALBUM=Jazz", "TITLE=A");
        library.MakeFlac("b.flac", 500, null, "ARTIST=Queen", $"MUSICBRAINZ_ARTISTID={Queen}", "ALBUM=Jazz", "TITLE=B");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        library.MakeFlac("a.flac", 400, null, "ARTIST=Freddie", $"MUSICBRAINZ_ARTISTID={Queen}", "ALBUM=Jázz", "TITLE=A");
        await library.ImportAsync("0 imported, 1 updated, 1 unchanged, 0 duplicates, 0 failed");
        using var database = library.OpenDatabase();
        Assert.NotEqual(0, await new SearchRefresh(database).RunAsync(() => true, default));
        var index = new SqliteSearchIndex(database);
        Assert.Equal(["a", "b"], await FindAsync("freddie"));
        Assert.Empty(await FindAsync("queen"));
        Assert.Equal(0, await new SearchRefresh(database).RunAsync(() => true, default));

        async Task<IEnumerable<string>> FindAsync(string word)
        {
            var query = new SearchQuery([EntityType.Track], [[new SearchTerm(SearchField.Artist, word, false)]], null, 10);
            return (await index.CandidatesAsync(query, default))[0].Documents.Select(document => document.Name).Order();
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_MusicBrainz_id_joins_different_names_and_separates_namesakes()
    {
        // The files are imported one by one, because the first of two namesakes gets the id of the name.
        await ImportAsync("a.flac", 400, "ARTIST=Queen");
        await ImportAsync("b.flac", 450, "ARTIST=Queen", $"MUSICBRAINZ_ARTISTID={Queen}");
        await ImportAsync("c.flac", 500, "ARTIST=Queen (UK)", $"MUSICBRAINZ_ARTISTID={Queen}");
        Assert.Single(await ArtistsAsync("a.flac", "b.flac", "c.flac"));

        await ImportAsync("d.flac", 550, "ARTIST=Nirvana", $"MUSICBRAINZ_ARTISTID={Nirvana}");
        await ImportAsync("e.flac", 600, "ARTIST=Nirvana", $"MUSICBRAINZ_ARTISTID={OtherNirvana}");
        await ImportAsync("f.flac", 650, "ARTIST=NIRVANA");
        Assert.Equal(["Nirvana", "Nirvana"], (await ArtistsAsync("d.flac", "e.flac")).Select(artist => artist.Name));
        Assert.Single(await ArtistsAsync("d.flac", "f.flac"));

        async Task ImportAsync(string name, int hertz, params string[] comments)
        {
            library.MakeFlac(name, hertz, null, comments);
            Assert.Equal(0, (await library.ImportAsync()).ExitCode);
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_phrase_of_several_artists_is_not_an_artist_if_the_tags_list_them()
    {
        library.MakeFlac(
            "a.flac", 400, null, "ARTIST=Ann feat. Bo", "ARTISTS=Ann", "ARTISTS=Bo", "TITLE=Duet", "ALBUM=X", "ALBUMARTIST=Ann");
        library.MakeFlac("b.flac", 500, null, "ARTIST=Bo", "TITLE=Solo");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(["Ann", "Bo"], (await ArtistsAsync("a.flac", "b.flac")).Select(artist => artist.Name));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Artists_are_found_by_their_sort_names_and_tracks_by_their_composers()
    {
        await using var server = await LocalServer.StartAsync();
        library.Data = server.Data;
        library.MakeFlac(
            "a.flac", 400, null, "ARTIST=宇多田ヒカル", "ARTISTSORT=Utada, Hikaru", "TITLE=Automatic", "COMPOSER=Johann Example",
            "LYRICS=First line\nSecond line");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var user = await server.SignInAsync("listener");
        Assert.Equal("宇多田ヒカル", (await user.GetJsonAsync("/v1/search?q=utada&type=artist")).At("artists", "items", 0, "name"));
        Assert.Equal("Automatic", (await user.GetJsonAsync("/v1/search?q=johann&type=track")).At("tracks", "items", 0, "name"));

        using var database = library.OpenDatabase();
        var id = (await library.SourceAsync("a.flac")).PlayableId;
        var details = await database.ReadAsync(Schema.Current.Table("TrackDetails"), new Key(id), null, default);
        Assert.Equal(
            ("Johann Example", "First line\nSecond line"), (details!.String("Composers"), details.String("Lyrics")));
    }

    private async Task<List<Artist>> ArtistsAsync(params string[] names)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in names) ids.UnionWith((await library.TrackAsync(name)).Artists.Select(artist => artist.Id));
        using var database = library.OpenDatabase();
        return [.. (await new CatalogReader(database).ArtistsAsync([.. ids], default)).Values.OrderBy(artist => artist.Name)];
    }
}
