using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Licensing;
using Spotify.Web.Wire;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Licenses;

/// <summary>Tests from the URLs of encrypted audio to its bytes.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private const string FirstRevision = "1111111111111111111111";
    private const string SecondRevision = "2222222222222222222222";

    private static readonly Statement CopyOf = new(
        $"SELECT EncryptedObjects.PlayableId, {EncryptedObject.Columns} FROM EncryptedObjects WHERE PlayableId = @id",
        ("id", ColumnType.String));

    private readonly string device = SpotifyId.New();
    private readonly byte[] audio = RandomNumberGenerator.GetBytes(200_000);
    private readonly ManualTimeProvider time = new();
    private LocalServer server = null!;
    private HttpClient ada = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time));
        ada = await server.SignInAsync("ada", "premium", "SE");
        await server.WriteAsync(Mutations);
        (await ada.GetAsync("/v1/me")).EnsureSuccessStatusCode();
        await server.WriteAsync(NewDevice("ada", device).Insert());
        foreach (var item in new[] { Dawn, Duet, Explicit, Pilot, Chapter })
        {
            await PublishAsync(item, FirstRevision);
            await LicenseAsync(item);
        }
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_URLs_of_licensed_items_serve_their_encrypted_objects()
    {
        var answer = await DownloadAsync(Dawn, Pilot, Chapter, Dawn);
        Assert.Equal(3, answer["downloads"]!.AsArray().Count);
        Assert.Empty(answer["refused"]!.AsArray());
        Assert.Equal(ApiTime.Format(time.GetUtcNow().AddHours(1)), answer.At("expires_at"));
        foreach (var (item, index) in new[] { Dawn, Pilot, Chapter }.Select((item, index) => (item, index)))
        {
            var copy = await CopyAsync(item);
            var name = copy.ObjectName(item.Type);
            var download = answer["downloads"]![index]!;
            Assert.Equal((UriOf(item), name), (download.At("uri"), download.At("object")));
            using var response = await server.Http.GetAsync(download.At("url"));
            Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
            var stored = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal(stored.Length, download["size_bytes"]!.GetValue<long>());
            Assert.Equal(audio, await DecryptAsync(copy, name, stored));
        }
    }

    [Fact]
    public async Task A_download_is_resumed_by_ranges_on_every_CDN()
    {
        var download = (await DownloadAsync(Dawn))["downloads"]![0]!;
        var urls = download["alternatives"]!.AsArray().Select(other => other!.At("url")!).Prepend(download.At("url")!).ToList();
        Assert.True(urls.Count >= 2);
        var size = download["size_bytes"]!.GetValue<long>();
        using var first = await RangeAsync(urls[0], 0, 99_999, null);
        var bytes = new List<byte>(await first.Content.ReadAsByteArrayAsync());

        // The connection was lost; the rest comes from another CDN, if the object is the same.
        using var rest = await RangeAsync(urls[1], 100_000, null, first.Headers.ETag);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal($"bytes 100000-{size - 1}/{size}", rest.Content.Headers.ContentRange!.ToString());
        bytes.AddRange(await rest.Content.ReadAsByteArrayAsync());
        var copy = await CopyAsync(Dawn);
        Assert.Equal(audio, await DecryptAsync(copy, copy.ObjectName(EntityType.Track), [.. bytes]));

        using var other = await RangeAsync(urls[0], 100_000, null, new EntityTagHeaderValue("\"other\""));
        Assert.Equal((HttpStatusCode.OK, size), (other.StatusCode, other.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Only_items_that_the_device_keeps_are_downloaded()
    {
        await WriteTrackAsync(Duet, track => track with { State = OfflineState.Dropped, DroppedAt = time.GetUtcNow() });
        var answer = await DownloadAsync(Duet, Swedish, Dawn);
        Assert.Equal(UriOf(Dawn), Assert.Single(answer["downloads"]!.AsArray())!.At("uri"));
        Assert.Equal([(UriOf(Duet), "NOT_LICENSED"), (UriOf(Swedish), "NOT_LICENSED")], Refused(answer));

        // An id of another type is another item.
        var wrongType = $"spotify:episode:{Dawn.Id}";
        Assert.Equal([(wrongType, "NOT_LICENSED")], Refused(await DownloadAsync(wrongType)));

        var bob = await server.SignInAsync("bob");
        (await bob.GetAsync("/v1/me")).EnsureSuccessStatusCode();
        var own = SpotifyId.New();
        await server.WriteAsync(NewDevice("bob", own).Insert());
        Assert.Equal([(UriOf(Dawn), "NOT_LICENSED")], Refused(await ReadAsync(await PostAsync(bob, own, [UriOf(Dawn)]))));
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(bob, device, [UriOf(Dawn)])).StatusCode);
    }

    [Fact]
    public async Task Without_a_valid_license_of_the_current_audio_a_renewal_is_required()
    {
        await WriteTrackAsync(Pilot, track => track with { State = OfflineState.Wanted });
        await WriteTrackAsync(Chapter, track => track with { KeyId = SpotifyId.New() });
        Assert.All(Refused(await DownloadAsync(Pilot, Chapter)), refused => Assert.Equal("RENEWAL_REQUIRED", refused.Reason));

        Assert.Empty(Refused(await DownloadAsync(Dawn)));
        await PublishAsync(Dawn, SecondRevision);
        Assert.Equal("RENEWAL_REQUIRED", Assert.Single(Refused(await DownloadAsync(Dawn))).Reason);
        await EncryptAsync(Dawn, SecondRevision);
        Assert.Equal("RENEWAL_REQUIRED", Assert.Single(Refused(await DownloadAsync(Dawn))).Reason);
        await LicenseAsync(Dawn, SecondRevision);
        Assert.Empty(Refused(await DownloadAsync(Dawn)));

        time.Advance(TimeSpan.FromDays(30));
        ada = server.WithScopes("ada", "streaming");
        Assert.Equal("RENEWAL_REQUIRED", Assert.Single(Refused(await DownloadAsync(Duet))).Reason);
    }

    [Fact]
    public async Task What_the_listener_may_not_play_any_more_is_not_downloaded()
    {
        await server.WriteAsync(
        [
            .. CatalogWriter.Write(Dawn with { Rights = new Rights(MarketSet.Of("US"), null, null) }, Sunrise.Name),
            .. CatalogWriter.Write(Duet with { Rights = new Rights(MarketSet.Everywhere, null, time.GetUtcNow()) }, Together.Name),
            Mutation.Update(User.Table, ("UserId", "ada"), ("ExplicitFilter", true)),
        ]);
        Assert.Equal(
            [
                (UriOf(Dawn), "MARKET_RESTRICTED"), (UriOf(Duet), "MARKET_RESTRICTED"),
                (UriOf(Explicit), "EXPLICIT_BLOCKED"),
            ],
            Refused(await DownloadAsync(Dawn, Duet, Explicit)));

        await server.WriteAsync(Mutation.Update(User.Table, ("UserId", "ada"), ("Product", "free")));
        using var response = await PostAsync(ada, device, [UriOf(Pilot)]);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("PREMIUM_REQUIRED", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_is_being_removed_downloads_nothing()
    {
        await server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("AccountRemovals"), ("UserId", "ada"), ("RequestedAt", time.GetUtcNow()), ("DueAt", time.GetUtcNow())));
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(ada, device, [UriOf(Dawn)])).StatusCode);
    }

    [Fact]
    public async Task A_suspended_device_downloads_what_it_has_licenses_of()
    {
        await server.WriteAsync(NewDevice("ada", device).Update(("SuspendedAt", time.GetUtcNow())));
        Assert.Empty(Refused(await DownloadAsync(Dawn)));
    }

    [Theory]
    [InlineData("""{"uris":[]}""")]
    [InlineData("""{"uris":["spotify:album:1111111111111111111111"]}""")]
    [InlineData("""{"uris":["x"]}""")]
    [InlineData("""{"uris":[1]}""")]
    [InlineData("{")]
    [InlineData("")]
    public async Task Bad_requests_are_rejected(string body)
    {
        using var content = new StringContent(body);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.PostAsync($"/v1/me/devices/{device}/downloads", content)).StatusCode);
    }

    [Fact]
    public async Task At_most_50_items_are_asked_for_on_a_device_of_the_user()
    {
        var uris = Enumerable.Range(0, 51).Select(_ => $"spotify:track:{SpotifyId.New()}").ToArray();
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(ada, device, uris)).StatusCode);
        Assert.Equal(50, Refused(await DownloadAsync(uris[1..])).Count);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(ada, "x", uris[1..])).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(ada, SpotifyId.New(), uris[1..])).StatusCode);
    }

    private static Device NewDevice(string userId, string id) => new(
        userId, id, "Phone", "smartphone", "{}", "{}", Tracks: 0, Collections: 0, Members: 0, Revision: 0, Serial: 0, SuspendedAt: null,
        ChosenAt: null, RemovedAt: null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    private static string UriOf(Playable item) => new SpotifyUri(item.Type, item.Id).ToString();

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
    {
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private static List<(string Uri, string Reason)> Refused(JsonNode answer) =>
        [.. answer["refused"]!.AsArray().Select(refused => (refused!.At("uri")!, refused!.At("reason")!))];

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string deviceId, IReadOnlyList<string> uris) =>
        client.PostAsJsonAsync($"/v1/me/devices/{deviceId}/downloads", new { uris });

    private Task<JsonNode> DownloadAsync(params IEnumerable<Playable> items) => DownloadAsync([.. items.Select(item => UriOf(item))]);

    private async Task<JsonNode> DownloadAsync(params IReadOnlyList<string> uris) => await ReadAsync(await PostAsync(ada, device, uris));

    private Task<HttpResponseMessage> RangeAsync(string url, long from, long? to, EntityTagHeaderValue? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(from, to) } };
        if (tag is not null) request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        return server.Http.SendAsync(request);
    }

    private async Task PublishAsync(Playable item, string revision)
    {
        var encoding = new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, audio.Length);
        var name = $"{SpotifyUri.WireName(item.Type)}s/{item.Id}/{revision}/{encoding.FileName}";
        await server.Services.GetRequiredService<IObjectStore>()
            .WriteAsync(name, new MemoryStream(audio), new WriteOptions("audio/ogg"), default);
        await server.WriteAsync(CatalogWriter.WriteAudio(item.Id, revision, EncodingList.Format([encoding]), 0, null));
    }

    private Task EncryptAsync(Playable item, string revision) =>
        server.Services.GetRequiredService<AudioEncryptor>().HandleAsync(new EncryptionTask(item.Id, revision, "high.ogg"), default);

    private async Task LicenseAsync(Playable item, string revision = FirstRevision)
    {
        await EncryptAsync(item, revision);
        var copy = await CopyAsync(item);
        await WriteTrackAsync(item, track => track with { KeyId = copy.KeyId });
    }

    private Task WriteTrackAsync(Playable item, Func<OfflineTrack, OfflineTrack> change)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var track = new OfflineTrack(
            new SpotifyUri(item.Type, item.Id), OfflineState.Licensed, IsRequested: true, new OfflineFormat(AudioQuality.High, []),
            "high.ogg", KeyId: null, Serial: 1, now, now.AddDays(30), Change: 1, now, DroppedAt: null);
        return server.WriteAsync(change(track).Write("ada", device));
    }

    private async Task<EncryptedObject> CopyAsync(Playable item) => EncryptedObject.FromRow(await server.Database
        .QueryAsync(CopyOf, new Parameters { { "id", item.Id } }, null, default).SingleAsync())!;

    private async Task<byte[]> DecryptAsync(EncryptedObject copy, string name, byte[] stored)
    {
        var ring = await server.Services.GetRequiredService<IMasterKeys>().OpenAsync(default);
        using var cipher = new ChunkCipher(ContentKey.Unwrap(copy.WrappedKey, name, ring), name, copy.SizeBytes);
        return cipher.DecryptRange(stored, 0, (int)copy.SizeBytes);
    }
}
