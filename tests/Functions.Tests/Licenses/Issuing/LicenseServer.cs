using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Licensing;
using Spotify.Licensing.Jose;
using Spotify.Local.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>
/// A host with the test's clock, whose audio is encrypted when a test says so, shared by the tests of a class.
/// </summary>
public sealed class LicenseServer : IAsyncLifetime
{
    /// <summary>The vorbis encodings of each track.</summary>
    public static readonly AudioEncoding[] Ladder =
    [
        .. new[] { AudioQuality.Normal, AudioQuality.High, AudioQuality.VeryHigh }.Select(quality =>
            new AudioEncoding(Codec.Vorbis, quality, QualityLadder.Find(quality, Codec.Vorbis)!.BitrateKbps, 100_000)),
    ];

    /// <summary>The row of a device.</summary>
    public static readonly Statement DevicesOf = new(
        "SELECT * FROM Devices WHERE UserId = @user AND DeviceId = @device",
        ("user", ColumnType.String), ("device", ColumnType.String));

    /// <summary>The items of a device, also the dropped ones.</summary>
    public static readonly Statement OfflineTracksOf = new(
        "SELECT * FROM OfflineTracks WHERE UserId = @user AND DeviceId = @device ORDER BY PlayableId",
        ("user", ColumnType.String), ("device", ColumnType.String));

    public LocalServer Server { get; private set; } = null!;

    /// <summary>The database of the host, also before its transactions.</summary>
    public InterceptedDatabase Database { get; private set; } = null!;

    public TimerlessClock Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The tasks that were enqueued.</summary>
    internal HeldTaskQueue Tasks { get; } = new();

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder =>
            builder.Services.AddSingleton<TimeProvider>(Clock).AddSingleton<ITaskQueue>(Tasks)
                .AddSingleton(provider => new InterceptedDatabase(provider.GetRequiredService<Local.Database.SqliteDatabase>()))
                .AddSingleton<IDatabase>(provider => provider.GetRequiredService<InterceptedDatabase>()));
        Database = Server.Services.GetRequiredService<InterceptedDatabase>();
        await Server.WriteAsync(TestCatalog.Mutations);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Adds a user with a device.</summary>
    public async Task<(HttpClient User, DeviceModel Device)> RegisterAsync(string user, string product = "premium", string country = "SE")
    {
        using var first = await Server.SignInAsync(user, product, country);
        (await first.GetAsync("/v1/me")).Dispose();
        return (SignIn(user), await AddDeviceAsync(user));
    }

    /// <summary>Returns a client with a token that is issued now.</summary>
    public HttpClient SignIn(string user) => Server.WithScopes(
        user, "streaming playlist-read-private user-modify-playback-state", Clock.Now);

    /// <summary>Returns a token that is issued now.</summary>
    public AuthenticationHeaderValue TokenOf(string user)
    {
        using var client = SignIn(user);
        return client.DefaultRequestHeaders.Authorization!;
    }

    /// <summary>Returns a device that is not registered.</summary>
    public DeviceModel NewDevice(string user)
    {
        var keys = Server.Services.GetRequiredService<ILicenseKeys>();
        return new DeviceModel(user, LocalIdentity.Issuer, () => keys.All.Select(key => JwsKey.Of(key.Key).PublicKey));
    }

    /// <summary>Adds a device of a user.</summary>
    public async Task<DeviceModel> AddDeviceAsync(string user, long tracks = 0, long collections = 0, long members = 0)
    {
        var device = NewDevice(user);
        await Server.WriteAsync(device.Insert(Clock.Now, tracks, collections, members));
        return device;
    }

    /// <summary>Adds tracks with audio of <see cref="Ladder"/>.</summary>
    /// <param name="album">The name of their album.</param>
    /// <param name="count">The number of tracks.</param>
    /// <param name="encrypted">Whether there are encrypted copies of all encodings.</param>
    public async Task<string[]> AddTracksAsync(string album, int count, bool encrypted = true)
    {
        string[] ids =
            [.. Enumerable.Range(0, count).Select(i => SpotifyId.FromName(string.Create(CultureInfo.InvariantCulture, $"{album} {i}")))];
        foreach (var chunk in ids.Select((id, i) => TrackRow(id, SpotifyId.FromName(album), i + 1)).Chunk(1000))
            await Server.WriteAsync(chunk);
        if (encrypted) await EncryptAsync(ids, [.. Ladder.Select(encoding => encoding.FileName)]);
        return ids;
    }

    /// <summary>Adds encrypted copies of encodings.</summary>
    public async Task EncryptAsync(IEnumerable<string> ids, params IReadOnlyList<string> encodings)
    {
        var ring = await Server.Services.GetRequiredService<IMasterKeys>().OpenAsync(default);
        foreach (var chunk in ids.Chunk(1000))
            await Server.WriteAsync(chunk.SelectMany(id => encodings.Select(encoding => Copy(id, encoding, ring))));
    }

    /// <summary>Adds a playlist with tracks.</summary>
    public async Task<string> AddPlaylistAsync(string name, string owner, IReadOnlyList<string> ids, bool isPublic = true)
    {
        var (playlist, now) = (SpotifyId.FromName(name), DateTimeOffset.UnixEpoch);
        await Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("Playlists"),
            ("PlaylistId", playlist), ("OwnerId", owner), ("Name", name), ("Description", ""), ("Public", isPublic),
            ("Collaborative", false), ("Version", 1L), ("Items", (long)ids.Count), ("CreatedAt", now), ("UpdatedAt", now)));
        foreach (var chunk in ids.Select((id, i) => Item(playlist, Order(i), id)).Chunk(1000)) await Server.WriteAsync(chunk);
        return $"spotify:playlist:{playlist}";
    }

    /// <summary>Returns the mutation that adds an item to a playlist.</summary>
    public static Mutation Item(string playlist, string order, string id) => Mutation.Insert(
        Schema.Current.Table("PlaylistItems"),
        ("PlaylistId", playlist), ("OrderKey", order), ("Type", "track"), ("PlayableId", id), ("AddedAt", DateTimeOffset.UnixEpoch),
        ("AddedBy", "ada"));

    /// <summary>Returns the order key of the item at a position.</summary>
    public static string Order(int position) => string.Create(CultureInfo.InvariantCulture, $"{position:00000}");

    /// <summary>Sends a request for a page of licenses, or for renewals, that the device receives.</summary>
    public static async Task<JsonNode> PostAsync(HttpClient user, DeviceModel device, object body, string path = "")
    {
        using var response = await user.PostAsJsonAsync($"{device.Path}/licenses{path}", body);
        device.See(response);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {text}");
        var page = JsonNode.Parse(text)!;
        foreach (var license in page["licenses"]!.AsArray()) device.Receive(license!.GetValue<string>());
        Assert.True(page["licenses"]!.AsArray().Count <= 1);
        return page;
    }

    /// <summary>Removes items and collections from a device.</summary>
    public static async Task RevokeAsync(HttpClient user, DeviceModel device, params string[] uris)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{device.Path}/licenses");
        request.Content = JsonContent.Create(new { uris });
        using var response = await user.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Returns the reasons of the refusals on a page, by URI.</summary>
    public static Dictionary<string, string> Reasons(JsonNode page) =>
        page["refused"]!.AsArray().ToDictionary(one => one!.At("uri")!, one => one!.At("reason")!);

    /// <summary>Asserts that members of a page are missing or empty.</summary>
    public static void AssertNothing(JsonNode page, params string[] members) =>
        Assert.All(members, member => Assert.True(page[member] is null or JsonArray { Count: 0 }, page.ToJsonString()));

    /// <summary>Adds items to a device.</summary>
    public async Task FillAsync(DeviceModel device, string[] ids)
    {
        foreach (var chunk in ids.Chunk(1000))
        {
            await Server.WriteAsync(chunk.Select(id => new OfflineTrack(
                new SpotifyUri(EntityType.Track, id), OfflineState.Wanted, true, new OfflineFormat(AudioQuality.High, []), null, null, null,
                null, null, 0, Clock.Now, null).Write(device.UserId, device.Id)));
        }

        await Server.WriteAsync(device.Update("Tracks", (long)ids.Length));
    }

    /// <summary>Returns the number of items that a device keeps: that of its row, which must be the number of rows.</summary>
    public async Task<long> TracksAsync(DeviceModel device)
    {
        var row = Assert.Single(await RowsAsync(DevicesOf, device));
        var tracks = await RowsAsync(OfflineTracksOf, device);
        Assert.Equal(tracks.Count(track => track.String("State") != "dropped"), row.Int64("Tracks"));
        Assert.All(tracks, track => Assert.InRange(track.Int64("Change"), 0, row.Int64("Revision")));
        return row.Int64("Tracks");
    }

    /// <summary>Returns the rows of a table of a device.</summary>
    public async Task<List<Row>> RowsAsync(Statement statement, DeviceModel device) => await Server.Database
        .QueryAsync(statement, new Parameters { { "user", device.UserId }, { "device", device.Id } }, null, default).ToListAsync();

    /// <summary>Returns the URIs of tracks.</summary>
    public static string[] Uris(IEnumerable<string> ids) => [.. ids.Select(id => $"spotify:track:{id}")];

    private static Mutation TrackRow(string id, string album, int number) => Mutation.Insert(
        Schema.Current.Table("Playables"),
        ("PlayableId", id), ("Type", "track"), ("ParentId", album), ("DiscNumber", 1L), ("Number", (long)number), ("Name", "Song"),
        ("DurationMs", 200_000L), ("Explicit", false), ("Popularity", 0L), ("Markets", "*"), ("ReleaseDate", "2020"), ("Description", ""),
        ("Languages", ""), ("Revision", SpotifyId.FromName("revision")), ("Encodings", EncodingList.Format(Ladder)), ("GainDb", -6.5));

    private static Mutation Copy(string id, string encoding, MasterKeyRing ring)
    {
        var (keyId, revision) = (SpotifyId.New(), SpotifyId.FromName("revision"));
        var wrapped = ContentKey.Wrap(
            ContentKey.New(), EncryptedAudio.ObjectName($"tracks/{id}/{revision}/{encoding}", keyId), ring);
        return Mutation.Upsert(
            Schema.Current.Table("EncryptedObjects"),
            ("PlayableId", id), ("Encoding", encoding), ("Revision", revision), ("KeyId", keyId), ("WrappedKey", wrapped.Bytes),
            ("MasterKeyId", wrapped.MasterKeyId), ("SizeBytes", 100_000L), ("EncryptedAt", DateTimeOffset.UnixEpoch));
    }
}

/// <summary>A clock that tests set. Its timers are those of the system, so that the host's schedules do not run.</summary>
public sealed class TimerlessClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref ticks, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(TimeSpan by) => Now += by;
}

/// <summary>A queue that keeps its tasks.</summary>
internal sealed class HeldTaskQueue : ITaskQueue
{
    public ConcurrentQueue<TaskRequest> Waiting { get; } = [];

    public Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
    {
        foreach (var task in tasks) Waiting.Enqueue(task);
        return Task.CompletedTask;
    }
}
