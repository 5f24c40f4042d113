using Spotify.Fixtures;
using Spotify.Functions.ObjectRemovals;
using Spotify.Local.Objects;

namespace Spotify.Local.Tests.Import;

public sealed class PruneTests : IDisposable
{
    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Deleted_files_are_removed_only_if_asked_and_their_audio_when_its_urls_have_expired()
    {
        library.MakeFlac("a.flac", 440, null, "ARTIST=Stays", "ARTIST=Guest", "TITLE=A", "ALBUM=Both", "ALBUMARTIST=Stays");
        library.MakeFlac("b.flac", 540, null, "ARTIST=Stays", "TITLE=B", "ALBUM=Both", "ALBUMARTIST=Stays");
        library.MakeFlac("c.flac", 640, null, "ARTIST=Leaves", "TITLE=C", "ALBUM=Gone");
        await library.ImportAsync("3 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var (before, kept, track) = (library.Snapshot(), await library.RowAsync("b.flac"), await library.TrackAsync("c.flac"));
        var objects = library.ObjectNames();
        File.Delete(library.PathOf("a.flac"));
        File.Delete(library.PathOf("c.flac"));
        await library.ImportAsync("0 imported, 0 updated, 1 unchanged, 0 duplicates, 0 failed");
        Assert.Equal(before, library.Snapshot());

        Assert.Equal("0 imported, 0 updated, 1 unchanged, 0 duplicates, 0 failed, 2 pruned", (await PruneAsync()).Summary);
        var rows = library.Snapshot("ObjectRemovals").Where(row => row.Contains(": ", StringComparison.Ordinal)).ToList();
        foreach (var gone in new[] { "Guest", "Leaves", "Gone", "\"A\"", "\"C\"", track.Id })
            Assert.DoesNotContain(rows, row => row.Contains(gone, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("Both", (await library.AlbumAsync("b.flac")).Name);
        Assert.Equal(objects, library.ObjectNames());

        var clock = new ManualTimeProvider();
        using var database = library.OpenDatabase();
        var removals = new ObjectRemovalService(database, new DirectoryObjectStore(library.Objects), clock);
        clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(0, await removals.SweepAsync(default));
        clock.Advance(TimeSpan.FromMinutes(6));
        await removals.SweepAsync(default);
        Assert.All(library.ObjectNames(), name => Assert.Contains(kept.String("Revision"), name, StringComparison.Ordinal));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_library_keeps_a_pruned_track_and_shows_it_again_when_the_file_is_back()
    {
        await using var server = await LocalServer.StartAsync();
        library.Data = server.Data;
        library.MakeFlac("a.flac", 440, null, "ARTIST=A", "TITLE=Back again", "ALBUM=X");
        library.MakeFlac("b.flac", 540, null, "ARTIST=A", "TITLE=B", "ALBUM=X");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var track = (await library.TrackAsync("a.flac")).Id;
        var user = await server.SignInAsync("listener");
        (await user.PutAsync($"/v1/me/library?uris=spotify:track:{track}", null)).EnsureSuccessStatusCode();

        var beside = library.Beside("a.flac");
        File.Move(library.PathOf("a.flac"), beside);
        Assert.Contains("1 pruned", (await PruneAsync()).Summary, StringComparison.Ordinal);
        Assert.Equal("true", (await user.GetJsonAsync($"/v1/me/library/contains?uris=spotify:track:{track}")).At(0));
        File.Move(beside, library.PathOf("a.flac"));
        await library.ImportAsync("1 imported, 0 updated, 1 unchanged, 0 duplicates, 0 failed");
        Assert.Equal("Back again", (await user.GetJsonAsync("/v1/me/tracks")).At("items", 0, "track", "name"));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Copies_other_folders_and_moved_files_are_not_pruned()
    {
        library.Make("here/a.ogg");
        library.Make("here/copy.ogg");
        library.Make("here/moved.ogg", 500);
        library.Make("elsewhere/b.ogg", 600);
        await library.ImportAsync("3 imported, 0 updated, 0 unchanged, 1 duplicates, 0 failed");
        var tracks = (await library.SourcesAsync()).Select(source => source.PlayableId).Distinct().Order().ToList();
        File.Delete(library.PathOf("here/a.ogg"));
        File.Delete(library.PathOf("elsewhere/b.ogg"));
        File.Move(library.PathOf("here/moved.ogg"), library.PathOf("here/renamed.ogg"));

        var result = await MusicLibrary.RunAsync("import", library.PathOf("here"), "--data", library.Data, "--prune");
        Assert.Equal("0 imported, 1 updated, 1 unchanged, 0 duplicates, 0 failed, 1 pruned", result.Summary);
        Assert.Equal(tracks, (await library.SourcesAsync()).Select(source => source.PlayableId).Distinct().Order());
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_folder_without_music_is_not_pruned_because_its_disk_may_be_missing()
    {
        library.Make("a.ogg");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        File.Delete(library.PathOf("a.ogg"));
        var result = await PruneAsync();
        Assert.Contains("Nothing was pruned", result.Output, StringComparison.Ordinal);
        Assert.Single(await library.SourcesAsync());
    }

    private Task<CommandResult> PruneAsync() => MusicLibrary.RunAsync("import", library.Music, "--data", library.Data, "--prune");
}
