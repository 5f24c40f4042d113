using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.ObjectRemovals;
using Spotify.Local.Objects;

namespace Spotify.Local.Tests.Import;

public sealed class ReimportTests : IDisposable
{
    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Importing_again_changes_nothing()
    {
        library.Make("a.ogg");
        library.Make("b/c.mp3", 600);
        File.Copy(library.PathOf("a.ogg"), library.PathOf("z.ogg"));
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 1 duplicates, 0 failed");
        Assert.Equal((await library.SourceAsync("a.ogg")).PlayableId, (await library.SourceAsync("z.ogg")).PlayableId);

        var before = library.Snapshot();
        var written = WriteTimes();
        await library.ImportAsync("0 imported, 0 updated, 3 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(before, library.Snapshot());
        Assert.Equal(written, WriteTimes());

        // A new time without a new content changes only the row of the source.
        File.SetLastWriteTimeUtc(library.PathOf("a.ogg"), DateTime.UtcNow.AddDays(-1));
        await library.ImportAsync("0 imported, 0 updated, 3 unchanged, 0 duplicates, 0 failed");
        Assert.NotEqual(before, library.Snapshot());
        Assert.Equal(before.Where(row => !row.StartsWith("Sources", StringComparison.Ordinal)), library.Snapshot("Sources"));

        Dictionary<string, DateTime> WriteTimes() =>
            library.ObjectNames().ToDictionary(name => name, name => File.GetLastWriteTimeUtc(Path.Combine(library.Objects, name)));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_changed_file_is_a_new_revision_and_the_old_one_is_deleted_when_its_urls_have_expired()
    {
        library.MakeFlac("a.flac", 440, null, "ARTIST=Before", "TITLE=Before", "ALBUM=Old", "GENRE=Pop");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var before = await library.RowAsync("a.flac");
        var oldObjects = library.ObjectNames();

        library.MakeFlac("a.flac", 640, null, "ARTIST=After", "TITLE=After", "ALBUM=New");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var after = await library.RowAsync("a.flac");
        Assert.Equal(before.String("PlayableId"), after.String("PlayableId"));
        Assert.NotEqual(before.String("Revision"), after.String("Revision"));
        Assert.Equal("After", after.String("Name"));

        // The orphaned album and artist are deleted at once, the audio later.
        var rows = library.Snapshot();
        Assert.DoesNotContain(rows, row => row.Contains("Before", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(rows, row => row.Contains("Old", StringComparison.Ordinal));
        Assert.Equal(oldObjects, library.ObjectNames().Intersect(oldObjects));

        var clock = new ManualTimeProvider();
        using var database = library.OpenDatabase();
        var removals = new ObjectRemovalService(database, new DirectoryObjectStore(library.Objects), clock);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await removals.SweepAsync(default));
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(20, await removals.SweepAsync(default));
        Assert.Empty(library.ObjectNames().Intersect(oldObjects));
        Assert.Equal(20, library.ObjectNames().Count);
        Assert.DoesNotContain(library.Snapshot(), row => row.StartsWith("ObjectRemovals", StringComparison.Ordinal));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task An_artist_that_users_follow_is_kept_without_tracks_until_the_last_user_unfollows()
    {
        await using var server = await LocalServer.StartAsync();
        library.Data = server.Data;
        library.MakeFlac("a.flac", 440, null, "ARTIST=Loved", "TITLE=T");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var artist = (await library.TrackAsync("a.flac")).Artists.Single().Id;
        var (first, second) = (await server.SignInAsync("first"), await server.SignInAsync("second"));
        foreach (var user in new[] { first, second })
            (await user.PutAsync($"/v1/me/following?type=artist&ids={artist}", null)).EnsureSuccessStatusCode();

        await TagAsync("Other");
        Assert.Equal("Loved", (await first.GetJsonAsync("/v1/me/following?type=artist")).At("artists", "items", 0, "name"));

        await TagAsync("Loved");
        foreach (var user in new[] { first, second })
            (await user.DeleteAsync($"/v1/me/following?type=artist&ids={artist}")).EnsureSuccessStatusCode();
        await TagAsync("Another");
        Assert.DoesNotContain(library.Snapshot(), row => row.Contains("Loved", StringComparison.OrdinalIgnoreCase));

        async Task TagAsync(string name)
        {
            library.MakeFlac("a.flac", 440, null, $"ARTIST={name}", "TITLE=T");
            var result = await library.ImportAsync();
            Assert.True(result.ExitCode == 0, result.Output + result.Error);
            Assert.Equal(name, (await library.TrackAsync("a.flac")).Artists.Single().Name);
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_file_changed_back_gets_its_old_revision()
    {
        var path = library.Make("a.ogg");
        var first = await File.ReadAllBytesAsync(path);
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var revision = (await library.RowAsync("a.ogg")).String("Revision");
        library.Make("a.ogg", 500);
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var second = (await library.RowAsync("a.ogg")).String("Revision");
        await File.WriteAllBytesAsync(path, first);
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(revision, (await library.RowAsync("a.ogg")).String("Revision"));

        var removal = Assert.Single(library.Snapshot(), row => row.StartsWith("ObjectRemovals", StringComparison.Ordinal));
        Assert.Contains(second, removal, StringComparison.Ordinal);
        var clock = new ManualTimeProvider();
        clock.Advance(TimeSpan.FromDays(2));
        using var database = library.OpenDatabase();
        Assert.Equal(17, await new ObjectRemovalService(database, new DirectoryObjectStore(library.Objects), clock).SweepAsync(default));
        Assert.All(library.ObjectNames(), name => Assert.Contains(revision, name, StringComparison.Ordinal));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_renamed_file_remains_the_same_track_with_the_new_name()
    {
        library.Make("01 First.wav");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var before = await library.RowAsync("01 First.wav");
        var objects = library.ObjectNames();
        File.Move(library.PathOf("01 First.wav"), library.PathOf("02 Second.wav"));
        await library.ImportAsync("0 imported, 1 updated, 0 unchanged, 0 duplicates, 0 failed");

        var after = await library.RowAsync("02 Second.wav");
        Assert.Equal(
            (before.String("PlayableId"), before.String("Revision"), "Second", 2),
            (after.String("PlayableId"), after.String("Revision"), after.String("Name"), after.Int32("Number")));
        Assert.Equal(before.String("Encodings"), after.String("Encodings"));
        Assert.Equal(objects, library.ObjectNames());
        Assert.Single(await library.SourcesAsync());
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Edited_tags_encode_nothing_in_any_format()
    {
        (string Name, string[] Format)[] files =
        [
            ("a.ogg", []), ("b.flac", []), ("c.mp3", []), ("d.m4a", []), ("e.opus", []), ("f.wav", []), ("g.m4a", ["-c:a", "alac"]),
        ];
        foreach (var (name, format) in files) library.Make(name, options: ["-metadata", "title=Before", .. format]);
        await library.ImportAsync("7 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var objects = library.ObjectNames();
        var revisions = await RevisionsAsync();

        foreach (var (name, _) in files)
        {
            var (path, edited) = (library.PathOf(name), library.Beside(name));
            MusicLibrary.Ffmpeg(["-i", path, "-c", "copy", "-metadata", "title=After", "-metadata:s:a:0", "title=After", edited]);
            File.Move(edited, path, overwrite: true);
        }

        // Old tags at the end of the file, as other programs write them.
        var ending = new byte[128];
        "TAGAfter"u8.CopyTo(ending);
        await File.AppendAllBytesAsync(library.PathOf("c.mp3"), ending);
        await library.ImportAsync("0 imported, 7 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(objects, library.ObjectNames());
        Assert.Equal(revisions, await RevisionsAsync());
        foreach (var (name, _) in files) Assert.Equal("After", (await library.TrackAsync(name)).Name);

        async Task<List<string>> RevisionsAsync()
        {
            var found = new List<string>();
            foreach (var (name, _) in files) found.Add((await library.RowAsync(name)).String("Revision"));
            return found;
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Samples_at_another_rate_are_other_audio()
    {
        library.Make("a.wav");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var bytes = await File.ReadAllBytesAsync(library.PathOf("a.wav"));
        BitConverter.GetBytes(48_000).CopyTo(bytes, 24);
        await File.WriteAllBytesAsync(library.PathOf("a.wav"), bytes);
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Changing_a_copy_does_not_change_the_other()
    {
        library.Make("a.ogg");
        File.Copy(library.PathOf("a.ogg"), library.PathOf("b.ogg"));
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 1 duplicates, 0 failed");
        var original = await library.RowAsync("a.ogg");

        // The file whose import created the track.
        library.Make("a.ogg", 600);
        await library.ImportAsync("1 imported, 0 updated, 1 unchanged, 0 duplicates, 0 failed");
        var (edited, kept) = (await library.RowAsync("a.ogg"), await library.RowAsync("b.ogg"));
        Assert.Equal((original.String("PlayableId"), original.String("Revision")), (kept.String("PlayableId"), kept.String("Revision")));
        Assert.NotEqual(original.String("PlayableId"), edited.String("PlayableId"));
        var hash = Convert.FromHexString((await library.SourceAsync("a.ogg")).Content.AudioHash);
        Assert.Equal(SpotifyId.FromHash(hash), edited.String("PlayableId"));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_track_that_moves_to_another_album_takes_the_old_one_out_of_its_artists_discography()
    {
        library.MakeFlac("a.flac", 440, null, "ARTIST=Host", "ALBUMARTIST=Host", "ALBUM=Party", "TITLE=A");
        library.MakeFlac("b.flac", 500, null, "ARTIST=Guest", "ALBUMARTIST=Host", "ALBUM=Party", "TITLE=B");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var (guest, party) = ((await library.TrackAsync("b.flac")).Artists[0].Id, await library.AlbumAsync("b.flac"));
        Assert.Equal([(party.Id, Domain.Catalog.AlbumGroup.AppearsOn)], await DiscographyAsync());

        library.MakeFlac("b.flac", 500, null, "ARTIST=Guest", "ALBUMARTIST=Guest", "ALBUM=Solo", "TITLE=B");
        await library.ImportAsync("0 imported, 1 updated, 1 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(
            [((await library.AlbumAsync("b.flac")).Id, Domain.Catalog.AlbumGroup.Single)], await DiscographyAsync());

        async Task<IEnumerable<(string, Domain.Catalog.AlbumGroup)>> DiscographyAsync()
        {
            using var database = library.OpenDatabase();
            var reader = new CatalogReader(database);
            return (await reader.AlbumsOfAsync(guest, Domain.Catalog.AlbumGroups.All, null, 0, 50, default)).Items;
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Ids_are_the_same_on_every_machine()
    {
        library.MakeFlac("Band/Album/01.flac", 440, null, "ARTIST=A", "ALBUM=Album", "TITLE=T");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var before = library.Snapshot("Sources");
        using var elsewhere = new MusicLibrary();
        Directory.Move(library.PathOf("Band"), elsewhere.PathOf("Band"));
        await elsewhere.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(before, elsewhere.Snapshot("Sources"));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Data_of_an_entity_from_other_sources_is_kept()
    {
        library.MakeFlac("a.flac", 440, null, "ARTIST=A", "TITLE=T", "GENRE=Pop");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var track = await library.TrackAsync("a.flac");
        using (var database = library.OpenDatabase())
        {
            var artist = new Domain.Catalog.Artist(track.Artists[0].Id, "A", ["Jazz", "Pop"], 77, 1234, null);
            await database.CommitAsync([.. CatalogWriter.Write(artist)], default);
        }

        library.MakeFlac("a.flac", 440, null, "ARTIST=A", "TITLE=T", "GENRE=Rock");
        await library.ImportAsync("0 imported, 1 updated, 0 unchanged, 0 duplicates, 0 failed");
        using var after = library.OpenDatabase();
        var read = (await new CatalogReader(after).ArtistsAsync([track.Artists[0].Id], default)).Values.Single();
        Assert.Equal((77, 1234L), (read.Popularity, read.Followers));
        Assert.Equal(["Jazz", "Pop", "Rock"], read.Genres);
    }
}
