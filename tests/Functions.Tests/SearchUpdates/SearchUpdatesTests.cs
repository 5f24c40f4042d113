using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.SearchUpdates;
using Spotify.Functions.Tests.RoundTrips;
using Spotify.Local;
using Spotify.Local.Database;
using Spotify.Local.Identity;
using Spotify.Search;

namespace Spotify.Functions.Tests.SearchUpdates;

public sealed class SearchUpdatesTests : IDisposable
{
    private static readonly Table Entries = Schema.Current.Table("SearchEntries");
    private static readonly Table Playlists = Schema.Current.Table("Playlists");

    private static readonly Statement AllEntries =
        new($"SELECT {string.Join(", ", Entries.Columns.Select(column => column.Name))} FROM SearchEntries ORDER BY Type, Id");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteDatabase database;
    private int written;

    public SearchUpdatesTests() =>
        database = new SqliteDatabase(new DataDirectory(directory.FullName).Database, Schema.Current);

    public void Dispose()
    {
        database.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_rebuild_leaves_up_to_date_documents_as_they_are()
    {
        var added = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
        var sorted = TestCatalog.Zebra with { SortName = "Zebra, The" };
        var details = Mutation.Insert(
            Schema.Current.Table("TrackDetails"), ("PlayableId", TestCatalog.Dawn.Id), ("Composers", "First\nSecond"));
        await WriteAsync(
        [
            .. TestCatalog.Mutations, .. CatalogWriter.Write(sorted), .. CatalogWriter.Write(TestCatalog.Sunrise with { AddedAt = added }),
            .. CatalogWriter.Write(
                TestCatalog.Dawn with { AddedAt = added }, TestCatalog.Sunrise.Name, ["First", "Second"], TestCatalog.Sunrise.Genres),
            details, .. Playlist("public", true), PlaylistDocument(), .. Playlist("private", false),
        ]);
        var before = await SnapshotAsync();
        Assert.Equal(15, before.Count);

        await RebuildAsync();
        Assert.Equal(before, await SnapshotAsync());

        // The chapter and the private playlist have no documents.
        Assert.Equal(before.Count + 2, written);
    }

    [Fact]
    public async Task A_rebuild_writes_missing_and_outdated_documents_and_deletes_those_of_missing_entities()
    {
        await WriteAsync([.. TestCatalog.Mutations, .. Playlist("public", true), PlaylistDocument()]);
        var before = await SnapshotAsync();
        await WriteAsync(
        [
            SearchEntries.Delete(EntityType.Track, TestCatalog.Dawn.Id), SearchEntries.Delete(EntityType.Playlist, Id("public")),
            SearchEntries.Write(new SearchEntry(EntityType.Artist, TestCatalog.Zebra.Id, "Old", 1, MarketSet.Everywhere)),
            SearchEntries.Write(new SearchEntry(EntityType.Track, Id("missing"), "Missing", 1, MarketSet.Everywhere)),
            SearchEntries.Write(new SearchEntry(EntityType.Episode, Id("missing"), "Missing", 1, MarketSet.Everywhere)),
            SearchEntries.Write(new SearchEntry(EntityType.Show, Id("missing"), "Missing", 1, MarketSet.Everywhere)),
            SearchEntries.Write(new SearchEntry(EntityType.Playlist, Id("private"), "Private", 1, MarketSet.Everywhere)),
            .. Playlist("private", false),
        ]);
        await RebuildAsync();
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task A_rebuild_of_present_documents_does_nothing_until_it_is_restarted()
    {
        await WriteAsync(TestCatalog.Mutations);
        await RebuildAsync();
        written = 0;
        await RebuildAsync();
        Assert.Equal(0, written);
        await new SearchRebuild(database).RestartAsync(default);
        await RebuildAsync();
        Assert.Equal(15, written);
    }

    [Fact]
    public async Task Documents_of_an_older_version_are_written_again()
    {
        await WriteAsync(TestCatalog.Mutations);
        await RebuildAsync();
        var shards = await database.QueryAsync(new Statement("SELECT Shard FROM SearchRebuilds"), Parameters.None, null, default)
            .Select(row => row.Int64("Shard")).ToListAsync();
        await WriteAsync(shards.Select(shard => Mutation.Update(
            Schema.Current.Table("SearchRebuilds"), ("Shard", shard), ("Version", SearchEntries.Version - 1))));
        written = 0;
        await RebuildAsync();
        Assert.Equal(15, written);
    }

    [Fact]
    public async Task An_interrupted_rebuild_is_resumed_and_processes_share_it()
    {
        var artists = Enumerable.Range(0, 3000).Select(i => TestCatalog.NewArtist($"Artist {i}", i % 100)).ToList();
        await WriteAsync(artists.SelectMany(CatalogWriter.Write));
        var before = await SnapshotAsync();
        await WriteAsync(artists.Select(artist => SearchEntries.Delete(EntityType.Artist, artist.Id)));

        var steps = 0;
        Assert.False(await new SearchRebuild(database).RunAsync(() => Interlocked.Increment(ref steps) <= 10, Count, default));
        Assert.InRange(written, 1, 1000);
        var done = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new SearchRebuild(database).RunAsync(() => true, Count, default)));
        Assert.All(done, Assert.True);
        Assert.Equal(artists.Count, written);
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task A_write_during_a_rebuild_is_not_lost()
    {
        var artists = Enumerable.Range(0, 1000).Select(i => TestCatalog.NewArtist($"Artist {i}", 1)).ToList();
        await WriteAsync(artists.SelectMany(CatalogWriter.Write));
        var rebuild = RebuildAsync();
        foreach (var artist in artists.Where((_, i) => i % 20 == 0))
            await WriteAsync(CatalogWriter.Write(artist with { Name = "Renamed" }));
        await rebuild;
        var names = (await SnapshotAsync()).Count(row => row.Contains("renamed", StringComparison.Ordinal));
        Assert.Equal(50, names);
    }

    [Fact]
    public async Task All_albums_and_tracks_of_a_renamed_artist_get_documents_with_the_new_name()
    {
        var artist = TestCatalog.NewArtist("Old Name", 5);
        var album = TestCatalog.NewAlbum("Album", "album", "2020", artist);
        var tracks = Enumerable.Range(0, 250).Select(i => TestCatalog.NewTrack(album, i, $"Track {i}", artist) with { Popularity = i % 3 });
        await WriteAsync(
        [
            .. CatalogWriter.Write(artist), .. CatalogWriter.Write(album),
            .. tracks.SelectMany(track => CatalogWriter.Write(track, "Album")),
            .. CatalogWriter.Write(artist with { Name = "New Name" }), SearchRefresh.Request(EntityType.Artist, artist.Id),
        ]);

        // Interrupted after each step.
        var refresh = new SearchRefresh(database);
        var (sum, steps) = (0, 0);
        while (true)
        {
            var hadTime = false;
            sum += await refresh.RunAsync(() => !hadTime && (hadTime = true), default);
            if (!hadTime) break;
            steps++;
        }

        Assert.Equal((251, 5), (sum, steps));
        var documents = await SnapshotAsync();
        Assert.Equal(252, documents.Count(row => row.Contains("new name", StringComparison.Ordinal)));
        Assert.DoesNotContain(documents, row => row.Contains("old name", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_tracks_of_a_renamed_album_get_documents_with_the_new_name()
    {
        await WriteAsync(
        [
            .. TestCatalog.Mutations, .. CatalogWriter.Write(TestCatalog.Sunrise with { Name = "Sunset" }),
            SearchRefresh.Request(EntityType.Album, TestCatalog.Sunrise.Id), SearchRefresh.Request(EntityType.Album, Id("missing")),
        ]);
        Assert.Equal(3, await new SearchRefresh(database).RunAsync(() => true, default));
        var documents = await SnapshotAsync();
        Assert.Equal(4, documents.Count(row => row.Contains("sunset", StringComparison.Ordinal)));
        Assert.DoesNotContain(documents, row => row.Contains("sunrise", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_episodes_of_a_renamed_show_get_documents_with_the_new_name()
    {
        await WriteAsync(TestCatalog.Mutations);
        var show = TestCatalog.Radio;
        var before = (await SnapshotAsync()).Count(row => row.Contains(SearchText.FoldedName(show.Name), StringComparison.Ordinal));
        await WriteAsync([.. CatalogWriter.Write(show with { Name = "Renamed" }), SearchRefresh.Request(EntityType.Show, show.Id)]);
        Assert.Equal(before - 1, await new SearchRefresh(database).RunAsync(() => true, default));
        var documents = await SnapshotAsync();
        Assert.Equal(before, documents.Count(row => row.Contains("renamed", StringComparison.Ordinal)));
        Assert.DoesNotContain(documents, row => row.Contains(SearchText.FoldedName(show.Name), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scheduled_call_without_work_is_one_read()
    {
        await WriteAsync(TestCatalog.Mutations);
        var counting = new CountingDatabase(database);
        var updater = new SearchUpdater(counting, new SearchRefresh(counting), new SearchRebuild(counting), TimeProvider.System);
        Assert.Equal((0, 15), await updater.RunAsync(default));
        var trips = RequestClock.Run(async () => Assert.Equal((0, 0), await updater.RunAsync(default)));
        Assert.Equal(new Trips(Reads: 1, Writes: 0, Serial: 1), trips);

        await WriteAsync([SearchRefresh.Request(EntityType.Album, TestCatalog.Sunrise.Id)]);
        Assert.NotEqual(0, (await updater.RunAsync(default)).Refreshed);
        await new SearchRebuild(database).RestartAsync(default);
        Assert.Equal((0, 15), await updater.RunAsync(default));
    }

    [Fact]
    public async Task The_scheduler_finds_the_documents_of_an_older_data_directory()
    {
        using var data = new TemporaryData();
        var old = new Schema(Schema.Current.Files.Where(file => file.Number <= 8)
            .Select(file => (file.Name, string.Concat(file.Statements.Select(statement => statement.Sql + ";\n")))));
        using (var before = new SqliteDatabase(data.Directory.Database, old))
        {
            await before.CommitAsync(
            [
                Mutation.Insert(
                    old.Table("Artists"), ("ArtistId", TestCatalog.Zebra.Id), ("Name", "Zebra"), ("Genres", ""), ("Popularity", 3),
                    ("Followers", 0)),
                Mutation.Insert(
                    old.Table("SearchDocuments"), ("Type", "artist"), ("Id", TestCatalog.Zebra.Id), ("Words", "zebra"), ("Popularity", 3),
                    ("Markets", "*")),
            ], default);
        }

        await using var server = await LocalServer.StartAsync(data: data.Directory.Root);
        var ada = await server.SignInAsync("ada");
        using var refused = await ada.PostAsync(SearchUpdatesFunction.Path, null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        var token = server.Services.GetRequiredService<ServiceTokens>().Issue(ServiceTokens.Email);
        using var request = new HttpRequestMessage(HttpMethod.Post, SearchUpdatesFunction.Path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var found = await ada.GetJsonAsync("/v1/search?q=zeb&type=artist");
        Assert.Equal("Zebra", found["artists"]!["items"]![0]!.At("name"));
    }

    private static Mutation PlaylistDocument() =>
        SearchEntries.Write(new SearchEntry(EntityType.Playlist, Id("public"), "public", 0, MarketSet.Everywhere));

    private static string Id(string name) => SpotifyId.FromName(name);

    private static IEnumerable<Mutation> Playlist(string name, bool isPublic)
    {
        var owner = Mutation.Upsert(
            Schema.Current.Table("Users"), ("UserId", "owner"), ("DisplayName", "Owner"), ("Country", "SE"), ("Product", "free"),
            ("ExplicitFilter", false), ("ExplicitFilterLocked", false), ("CreatedAt", DateTimeOffset.UnixEpoch));
        yield return owner;
        yield return Mutation.Insert(
            Playlists, ("PlaylistId", Id(name)), ("OwnerId", "owner"), ("Name", name), ("Description", ""), ("Public", isPublic),
            ("Collaborative", false), ("Version", 1L), ("Items", 0), ("CreatedAt", DateTimeOffset.UnixEpoch),
            ("UpdatedAt", DateTimeOffset.UnixEpoch));
    }

    private async Task RebuildAsync() => Assert.True(await new SearchRebuild(database).RunAsync(() => true, Count, default));

    private void Count(int count) => Interlocked.Add(ref written, count);

    private Task WriteAsync(IEnumerable<Mutation> mutations) => database.CommitAsync([.. mutations], default);

    private async Task<List<string>> SnapshotAsync() => await database.QueryAsync(AllEntries, Parameters.None, null, default)
        .Select(row => string.Join('|', Entries.Columns.Select(column => column.Type == ColumnType.String
            ? row.StringOrNull(column.Name)
            : row.Int64OrNull(column.Name)?.ToString(CultureInfo.InvariantCulture))))
        .ToListAsync();

    private sealed class TemporaryData : IDisposable
    {
        private readonly DirectoryInfo directory = System.IO.Directory.CreateTempSubdirectory("spotify-");

        public DataDirectory Directory => new(directory.FullName);

        public void Dispose() => directory.Delete(recursive: true);
    }
}
