using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Licenses.Devices;
using Spotify.Google.Database;
using Spotify.Licensing;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Google.Tests.Database;

/// <summary>The functions over HTTP, with Spanner as their database.</summary>
public sealed class SpannerFunctionsTests : IAsyncLifetime
{
    private static readonly Statement PendingRemovals = new("SELECT Prefix FROM ObjectRemovals");

    private LocalServer server = null!;
    private HttpClient ada = null!;
    private HttpClient bob = null!;

    public async Task InitializeAsync()
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        var database = await SpannerDatabases.CreateAsync();
        server = await LocalServer.StartAsync(builder =>
            builder.Services.AddSingleton<IDatabase>(database).AddSingleton<ISearchIndex>(new SpannerSearchIndex(database)));
        Assert.Same(database, server.Database);
        await server.WriteAsync(Mutations);
        ada = await server.SignInAsync("ada");
        bob = await server.SignInAsync("bob", "free", "US");
    }

    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    [SkippableFact]
    public async Task The_catalog_can_be_written_twice_and_read()
    {
        await server.WriteAsync(Mutations);
        var album = await ada.GetJsonAsync($"/v1/albums/{Sunrise.Id}");
        Assert.Equal(("Sunrise", "3", "Dawn"), (album.At("name"), album.At("tracks", "total"), album.At("tracks", "items", 0, "name")));
        Assert.Equal("2", (await ada.GetJsonAsync($"/v1/artists/{Beyonce.Id}/albums?include_groups=album,single")).At("total"));
        Assert.Equal("Dawn", (await ada.GetJsonAsync($"/v1/artists/{Beyonce.Id}/top-tracks?market=SE")).At("tracks", 0, "name"));
        Assert.Equal("2", (await ada.GetJsonAsync($"/v1/shows/{Radio.Id}/episodes")).At("total"));
        Assert.Equal("1", (await ada.GetJsonAsync($"/v1/audiobooks/{Book.Id}/chapters")).At("total"));
        await ada.GetErrorAsync($"/v1/tracks/{Sunrise.Id}", HttpStatusCode.NotFound);
    }

    [SkippableFact]
    public async Task Search_finds_names_artists_and_albums_that_are_available_to_the_user()
    {
        var results = await ada.GetJsonAsync("/v1/search?q=beyonce dawn&type=track,album,artist");
        Assert.Equal(("1", "Dawn"), (results.At("tracks", "total"), results.At("tracks", "items", 0, "name")));
        Assert.Equal("Beyoncé Ångström", (await ada.GetJsonAsync("/v1/search?q=angst&type=artist")).At("artists", "items", 0, "name"));
        Assert.Equal("1", (await ada.GetJsonAsync("/v1/search?q=midsommar&type=track")).At("tracks", "total"));
        Assert.Equal("0", (await bob.GetJsonAsync("/v1/search?q=midsommar&type=track")).At("tracks", "total"));
        Assert.Equal("0", (await ada.GetJsonAsync("/v1/search?q=dawn OR duet&type=track")).At("tracks", "total"));
        await ada.GetJsonAsync($"/v1/search?type=track&q={Uri.EscapeDataString("\" -dawn | * \\")}");
    }

    [SkippableFact]
    public async Task A_playlist_is_created_filled_reordered_followed_and_cleared()
    {
        var created = await SendAsync(
            ada, HttpMethod.Post, "/v1/me/playlists", new { name = "Mine", description = "All of it" }, HttpStatusCode.Created);
        var id = created.At("id")!;
        await AddAsync(id, Dawn, Duet, Explicit, Dawn);
        await SendAsync(ada, HttpMethod.Put, $"/v1/playlists/{id}/items", new { range_start = 0, insert_before = 3, range_length = 2 });
        Assert.Equal("Rude Morning, Dawn, Duet, Dawn", await NamesAsync(id));

        var before = (await ada.GetJsonAsync($"/v1/playlists/{id}")).At("snapshot_id");
        await AddAsync(id, Swedish);
        var removal = new { tracks = new[] { new { uri = UriOf(Dawn), positions = new[] { 1 } } }, snapshot_id = before };
        await SendAsync(ada, HttpMethod.Delete, $"/v1/playlists/{id}/items", removal);
        Assert.Equal("Rude Morning, Duet, Dawn, Midsommar", await NamesAsync(id));

        await SendAsync(bob, HttpMethod.Put, $"/v1/playlists/{id}/followers", new { });
        var followed = await bob.GetJsonAsync("/v1/me/playlists");
        Assert.Equal(("1", "Mine"), (followed.At("total"), followed.At("items", 0, "name")));
        Assert.Equal("1", (await ada.GetJsonAsync($"/v1/playlists/{id}")).At("followers", "total"));

        await SendAsync(ada, HttpMethod.Put, $"/v1/playlists/{id}/items", new { uris = Array.Empty<string>() });
        Assert.Equal("", await NamesAsync(id));
    }

    [SkippableFact]
    public async Task Concurrent_edits_are_all_applied_once()
    {
        var created = await SendAsync(ada, HttpMethod.Post, "/v1/me/playlists", new { name = "Ours" }, HttpStatusCode.Created);
        var id = created.At("id")!;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            for (var n = 0; n < 3; n++) await AddAsync(id, i % 2 == 0 ? Dawn : Duet);
        }));
        var names = (await NamesAsync(id)).Split(", ");
        Assert.Equal((9, 9), (names.Count(name => name == "Dawn"), names.Count(name => name == "Duet")));
    }

    [SkippableFact]
    public async Task Concurrent_creations_with_one_idempotency_key_create_one_playlist()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/me/playlists")
            {
                Content = JsonContent.Create(new { name = "Once" }), Headers = { { "Idempotency-Key", "key-1" } },
            };
            using var response = await ada.SendAsync(request);
            return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>())!.At("id"));
        }));
        Assert.All(made, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single(made.Select(answer => answer.Item2).Distinct());
        Assert.Equal("1", (await ada.GetJsonAsync("/v1/me/playlists")).At("total"));
    }

    [SkippableFact]
    public async Task Saved_and_followed_items_are_in_the_library_until_they_are_removed()
    {
        await SendAsync(ada, HttpMethod.Put, $"/v1/me/tracks?ids={Dawn.Id},{Duet.Id}");
        await SendAsync(ada, HttpMethod.Put, $"/v1/me/tracks?ids={Dawn.Id}");
        await SendAsync(ada, HttpMethod.Put, $"/v1/me/albums?ids={Sunrise.Id}");
        Assert.Equal("2", (await ada.GetJsonAsync("/v1/me/tracks")).At("total"));
        Assert.Equal("Sunrise", (await ada.GetJsonAsync("/v1/me/albums")).At("items", 0, "album", "name"));
        await SendAsync(ada, HttpMethod.Delete, $"/v1/me/tracks?ids={Dawn.Id}");
        Assert.Equal("Duet", (await ada.GetJsonAsync("/v1/me/tracks")).At("items", 0, "track", "name"));

        var following = $"/v1/me/following?type=artist&ids={Zebra.Id}";
        var others = await FollowersAsync();
        await Task.WhenAll(
            new[] { ada, bob }.Select(user => SendAsync(user, HttpMethod.Put, following, status: HttpStatusCode.NoContent)));
        Assert.Equal(others + 2, await FollowersAsync());
        await SendAsync(bob, HttpMethod.Delete, following, status: HttpStatusCode.NoContent);
        Assert.Equal(others + 1, await FollowersAsync());

        async Task<int> FollowersAsync() => int.Parse(
            (await ada.GetJsonAsync($"/v1/artists/{Zebra.Id}")).At("followers", "total")!, CultureInfo.InvariantCulture);
    }

    [SkippableFact]
    public async Task Followers_of_a_playlist_are_counted_exactly_when_transactions_conflict()
    {
        var created = await SendAsync(
            ada, HttpMethod.Post, "/v1/me/playlists", new { name = "Popular" }, HttpStatusCode.Created);
        var path = $"/v1/playlists/{created.At("id")}";
        var listeners = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => server.SignInAsync($"listener-{i}")));
        await Task.WhenAll(listeners.Select(async (listener, i) =>
        {
            await SendAsync(listener, HttpMethod.Put, $"{path}/followers");
            if (i == 0) await SendAsync(listener, HttpMethod.Delete, $"{path}/followers");
            await SendAsync(listener, HttpMethod.Put, $"/v1/me/library?uris=spotify:track:{Dawn.Id},spotify:playlist:{created.At("id")}");
        }));
        await SendAsync(listeners[1], HttpMethod.Delete, $"/v1/me/library?uris=spotify:playlist:{created.At("id")}");
        Assert.Equal("3", (await ada.GetJsonAsync(path)).At("followers", "total"));
        Assert.Equal("1", (await listeners[0].GetJsonAsync("/v1/me/tracks")).At("total"));
        Assert.Equal("Popular", (await ada.GetJsonAsync("/v1/search?q=popular&type=playlist")).At("playlists", "items", 0, "name"));
    }

    [SkippableFact]
    public async Task Parallel_registrations_leave_five_devices_and_parallel_removals_remove_a_device_once()
    {
        var devices = Enumerable.Range(0, 50).Select(_ => new OfflineDevice()).ToList();
        var statuses = await Task.WhenAll(devices.Select(async device =>
        {
            using var response = await device.TryRegisterAsync(ada);
            return response.StatusCode;
        }));
        Assert.Equal(5, statuses.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(45, statuses.Count(status => status == HttpStatusCode.Forbidden));

        var registered = (await ada.GetJsonAsync(OfflineDevice.Path))["devices"]!.AsArray().Select(device => device!.At("id")!).ToList();
        Assert.Equal(5, registered.Count);
        await Task.WhenAll(registered.Concat(registered).Select(id =>
            SendAsync(ada, HttpMethod.Delete, $"{OfflineDevice.Path}/{id}", status: HttpStatusCode.NoContent)));
        Assert.Empty((await ada.GetJsonAsync(OfflineDevice.Path))["devices"]!.AsArray());
        foreach (var device in devices) device.Dispose();
    }

    [SkippableFact]
    public async Task Parallel_encryptions_of_an_encoding_leave_one_object()
    {
        var store = server.Services.GetRequiredService<IObjectStore>();
        var revision = SpotifyId.New();
        var prefix = $"tracks/{Dawn.Id}/{revision}/high.ogg";
        await store.WriteAsync(prefix, new MemoryStream(new byte[100_000]), new WriteOptions("audio/ogg"), default);
        var encoding = new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, 100_000);
        await server.WriteAsync(CatalogWriter.WriteAudio(Dawn.Id, revision, EncodingList.Format([encoding]), 0, null));

        var encryptor = server.Services.GetRequiredService<AudioEncryptor>();
        var task = new EncryptionTask(Dawn.Id, revision, encoding.FileName);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => encryptor.HandleAsync(task, default)));
        var row = await server.Database.ReadAsync(
            Schema.Current.Table("EncryptedObjects"), new Key(Dawn.Id, encoding.FileName), null, default);
        Assert.Equal(
            [prefix, $"{prefix}.{row!.String("KeyId")}.enc"],
            await store.ListAsync(prefix, default).Select(found => found.Name).ToListAsync());
        Assert.Empty(await server.Database.QueryAsync(PendingRemovals, Parameters.None, null, default).ToListAsync());
    }

    [SkippableFact]
    public async Task A_device_is_removed_with_its_rows()
    {
        using var device = await OfflineDevice.RegisterAsync(ada);
        await server.WriteAsync(Enumerable.Range(0, 100).Select(i => Mutation.Insert(
            Schema.Current.Table("OfflineTracks"),
            ("UserId", "ada"), ("DeviceId", device.Id), ("PlayableId", SpotifyId.FromName($"track {i}")), ("Type", "track"),
            ("State", "wanted"), ("IsRequested", true), ("Quality", "high"), ("Codecs", "vorbis"), ("Change", (long)i),
            ("AddedAt", DateTimeOffset.UnixEpoch))));

        await SendAsync(ada, HttpMethod.Delete, $"{OfflineDevice.Path}/{device.Id}", status: HttpStatusCode.NoContent);

        Assert.Null(await server.Database.ReadAsync(Device.Table, new Key("ada", device.Id), null, default));
        var tracks = FunctionDefinitions.PersonalData.Single(rows => rows.TableName == "OfflineTracks");
        Assert.False(await tracks.ReadAsync(server.Database, "ada", default).AnyAsync());
    }

    [SkippableFact]
    public async Task Licenses_are_issued_renewed_and_revoked()
    {
        using var device = await OfflineDevice.RegisterAsync(ada);
        AudioEncoding[] encodings = [new(Codec.Vorbis, AudioQuality.High, 160, 1000)];
        var revision = SpotifyId.FromName("revision");
        await server.WriteAsync(
            CatalogWriter.WriteAudio(Dawn.Id, revision, EncodingList.Format(encodings), 0, null),
            await CopyAsync(Dawn.Id, revision, encodings[0].FileName));
        var licenses = $"{OfflineDevice.Path}/{device.Id}/licenses";
        string[] uris = [UriOf(Dawn), UriOf(Duet), $"spotify:album:{Sunrise.Id}", $"spotify:audiobook:{Book.Id}"];
        var page = await SendAsync(ada, HttpMethod.Post, licenses, new { uris });
        Assert.Single(page["licenses"]!.AsArray());
        Assert.Equal(
            ["NOT_RELEASED", "NO_AUDIO", "NO_AUDIO", "NO_AUDIO"],
            page["refused"]!.AsArray().Select(one => one!.At("reason")!).Order(StringComparer.Ordinal));
        Assert.Single((await SendAsync(ada, HttpMethod.Post, $"{licenses}/renewals", new { uris = uris[..1] }))["licenses"]!.AsArray());
        await SendAsync(ada, HttpMethod.Delete, licenses, new { uris }, HttpStatusCode.NoContent);
        var row = Device.FromRow((await server.Database.ReadAsync(Device.Table, new Key("ada", device.Id), null, default))!);
        Assert.Equal((0, 0, 0), (row.Tracks, row.Collections, row.Members));
    }

    [SkippableFact]
    public async Task Parallel_requests_of_a_device_count_each_item_once()
    {
        using var device = await OfflineDevice.RegisterAsync(ada);
        AudioEncoding[] encodings = [new(Codec.Vorbis, AudioQuality.High, 160, 1000)];
        Playable[] tracks = [Dawn, Explicit, Duet, Swedish];
        await server.WriteAsync(tracks.Select(track =>
            CatalogWriter.WriteAudio(track.Id, SpotifyId.FromName("revision"), EncodingList.Format(encodings), 0, null)));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => SendAsync(
            ada, HttpMethod.Post, $"{OfflineDevice.Path}/{device.Id}/licenses",
            new { uris = new[] { UriOf(tracks[i % 4]), UriOf(tracks[(i + 1) % 4]) } })));
        var row = Device.FromRow((await server.Database.ReadAsync(Device.Table, new Key("ada", device.Id), null, default))!);
        Assert.Equal(tracks.Length, row.Tracks);
    }

    private async Task<Mutation> CopyAsync(string id, string revision, string encoding)
    {
        var keyId = SpotifyId.New();
        var name = EncryptedAudio.ObjectName($"tracks/{id}/{revision}/{encoding}", keyId);
        var ring = await server.Services.GetRequiredService<IMasterKeys>().OpenAsync(default);
        var key = ContentKey.Wrap(ContentKey.New(), name, ring);
        return Mutation.Insert(
            Schema.Current.Table("EncryptedObjects"),
            ("PlayableId", id), ("Encoding", encoding), ("Revision", revision), ("KeyId", keyId), ("WrappedKey", key.Bytes),
            ("MasterKeyId", key.MasterKeyId), ("SizeBytes", 1000L), ("EncryptedAt", DateTimeOffset.UnixEpoch));
    }

    private static string UriOf(Playable track) => $"spotify:track:{track.Id}";

    private Task<JsonNode> AddAsync(string id, params Playable[] tracks) =>
        SendAsync(ada, HttpMethod.Post, $"/v1/playlists/{id}/items", new { uris = tracks.Select(UriOf) }, HttpStatusCode.Created);

    private async Task<string> NamesAsync(string id)
    {
        var items = (await ada.GetJsonAsync($"/v1/playlists/{id}/items"))["items"]!.AsArray();
        return string.Join(", ", items.Select(item => item!.At("item", "name")));
    }

    private static async Task<JsonNode> SendAsync(
        HttpClient user, HttpMethod method, string path, object? body = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await user.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
