using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Tests.AccountRemovals;
using Spotify.Functions.Tests.Playlists;
using Spotify.Web;

namespace Spotify.Functions.Tests.Licenses;

/// <summary>The removal of devices, with and without crashes. Each test has a user of its own.</summary>
public sealed class DeviceRemovalTests(OfflineServer offline) : IClassFixture<OfflineServer>, IAsyncLifetime
{
    private const int Tracks = 10_000;
    private const int Members = 20_000;

    // The limit of a commit in Spanner. A row of OfflineTracks and its two entries in indexes are three mutations.
    private const int SpannerMutations = 80_000 / 3;

    private static readonly string[] Tables = ["Devices", "OfflineCollections", "OfflineMembers", "OfflineTracks", "OfflinePlays"];

    private readonly string name = $"ada-{Guid.NewGuid():n}";
    private HttpClient user = null!;

    private LocalServer Server => offline.Server;

    public async Task InitializeAsync() => user = await Server.SignInAsync(name);

    public Task DisposeAsync()
    {
        user.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_full_device_is_removed_in_small_transactions_and_other_devices_keep_their_rows()
    {
        using var device = await OfflineDevice.RegisterAsync(user);
        using var other = await OfflineDevice.RegisterAsync(user, "Tablet");
        await FillAsync(device.Id, Tracks, Members);
        await FillAsync(other.Id, 3, 3);
        var database = new CrashingDatabase(Server.Database, int.MaxValue);
        await new DeviceRemovals(database, offline.Clock).RemoveAsync(name, device.Id, default);

        Assert.InRange(database.MaxMutations, 1, Math.Min(SpannerMutations, DeviceRemovals.PageSize + 1));
        Assert.Equal([1, 1, 3, 3, 1], await CountAsync());
        using var removed = await user.DeleteAsync($"{OfflineDevice.Path}/{other.Id}");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal([0, 0, 0, 0, 0], await CountAsync());
    }

    [Fact]
    public async Task A_removal_that_stops_anywhere_leaves_a_device_that_gets_nothing_and_can_be_removed()
    {
        const int tracks = 2 * DeviceRemovals.PageSize;
        using var device = await OfflineDevice.RegisterAsync(user);
        await FillAsync(device.Id, tracks, DeviceRemovals.PageSize);
        var store = new DeviceStore(Server.Database);
        for (var crashes = 1; ; crashes++)
        {
            try
            {
                await new DeviceRemovals(new CrashingDatabase(Server.Database, 1), offline.Clock).RemoveAsync(name, device.Id, default);
                Assert.Equal(4, crashes);
                break;
            }
            catch (IOException)
            {
                Assert.Empty(await ListAsync());
                var refused = await Assert.ThrowsAsync<ApiException>(() => store.FindAsync(name, device.Id, default));
                Assert.Equal(404, refused.Status);
                using var renamed = await user.PutAsJsonAsync($"{OfflineDevice.Path}/{device.Id}", new { name = "Mine" });
                await renamed.ErrorAsync(HttpStatusCode.NotFound);
            }
        }

        Assert.Equal([0, 0, 0, 0, 0], await CountAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registration_ends_the_removals_that_stopped(bool isSameDevice)
    {
        using var device = await OfflineDevice.RegisterAsync(user);
        await FillAsync(device.Id, DeviceRemovals.PageSize, 10);
        var crashing = new DeviceRemovals(new CrashingDatabase(Server.Database, 1), offline.Clock);
        await Assert.ThrowsAsync<IOException>(() => crashing.RemoveAsync(name, device.Id, default));
        Assert.NotEqual([0, 0, 0, 0, 0], await CountAsync());

        using var other = new OfflineDevice();
        using var registered = await (isSameDevice ? device : other).TryRegisterAsync(user, "New");
        Assert.Equal("0", (await registered.JsonAsync(HttpStatusCode.Created)).At("tracks"));
        Assert.Equal([1, 0, 0, 0, 0], await CountAsync());

        // The removal of before does not go on with the device that was registered again.
        await new DeviceRemovals(Server.Database, offline.Clock).ContinueAsync(name, device.Id, default);
        Assert.Equal("New", Assert.Single(await ListAsync())!.At("name"));
    }

    [Fact]
    public async Task A_removal_can_be_repeated_and_other_ids_are_refused()
    {
        using var device = await OfflineDevice.RegisterAsync(user);
        for (var i = 0; i < 2; i++)
        {
            using var removed = await user.DeleteAsync($"{OfflineDevice.Path}/{device.Id}");
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        }

        using var invalid = await user.DeleteAsync($"{OfflineDevice.Path}/phone");
        await invalid.ErrorAsync(HttpStatusCode.BadRequest);
        using var renamed = await user.PutAsJsonAsync($"{OfflineDevice.Path}/phone", new { name = "Mine" });
        await renamed.ErrorAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Removals_and_registrations_of_a_device_at_the_same_time_leave_it_registered_or_removed()
    {
        using var device = await OfflineDevice.RegisterAsync(user);
        await FillAsync(device.Id, DeviceRemovals.PageSize, 10);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            using var response = i % 3 == 0
                ? await user.DeleteAsync($"{OfflineDevice.Path}/{device.Id}")
                : await device.TryRegisterAsync(user);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }));

        var list = await ListAsync();
        Assert.Equal([list.Count, 0, 0, 0, 0], await CountAsync());
    }

    private async Task<JsonArray> ListAsync() => (await user.GetJsonAsync(OfflineDevice.Path))["devices"]!.AsArray();

    /// <summary>Adds rows as licenses and plays do.</summary>
    private async Task FillAsync(string deviceId, int tracks, int members)
    {
        var (now, collection) = (offline.Clock.Now, SpotifyId.FromName("playlist"));
        var device = (("UserId", (object)name), ("DeviceId", (object)deviceId));
        await Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("OfflineCollections"),
            device.Item1, device.Item2, ("Type", "playlist"), ("ItemId", collection), ("Quality", "high"), ("Codecs", "vorbis"),
            ("Version", 1L), ("AddedAt", now)));
        await Server.WriteAsync(Enumerable.Range(0, members).Select(i => Mutation.Insert(
            Schema.Current.Table("OfflineMembers"),
            device.Item1, device.Item2, ("Type", "playlist"), ("ItemId", collection), ("PlayableId", Playable(i)), ("Position", (long)i))));
        await Server.WriteAsync(Enumerable.Range(0, tracks).Select(i => Mutation.Insert(
            Schema.Current.Table("OfflineTracks"),
            device.Item1, device.Item2, ("PlayableId", Playable(i)), ("Type", "track"), ("State", "wanted"), ("IsRequested", false),
            ("Quality", "high"), ("Codecs", "vorbis"), ("Change", (long)i), ("AddedAt", now))));
        await Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("OfflinePlays"),
            device.Item1, device.Item2, ("EventId", $"play on {deviceId}"), ("StartedAt", now), ("EndedAt", now), ("IsChecked", false)));

        static string Playable(int index) => SpotifyId.FromName(index.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Returns the numbers of rows of the user in each table.</summary>
    private async Task<IReadOnlyList<long>> CountAsync()
    {
        var (counts, ofUser) = (new List<long>(), new Parameters { { "user", name } });
        foreach (var table in Tables)
        {
            var count = new Statement($"SELECT COUNT(*) AS N FROM {table} WHERE UserId = @user", ("user", ColumnType.String));
            counts.Add((await Server.Database.QueryAsync(count, ofUser, null, default).SingleAsync()).Int64("N"));
        }

        return counts;
    }
}
