using System.Net;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistShards;
using Spotify.Functions.WeeklyPlaylists;

namespace Spotify.Functions.Tests.WeeklyPlaylists;

/// <summary>The weekly fan-out on a clock of the test, over the endpoints that the scheduler and the task queue call.</summary>
public sealed class FanOutTests : IAsyncLifetime
{
    private const string ShardQueue = "playlist-shards";
    private const string GeneratorQueue = "playlist-generator";
    private const string Week = "2026-01-12";

    // Sunday. In Kiritimati it is Monday from 10:00 UTC.
    private static readonly DateTimeOffset Sunday = new(2026, 1, 11, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset MondayInStockholm = new(2026, 1, 11, 23, 0, 0, TimeSpan.Zero);

    private readonly Random random = new(1);
    private FanOutServer server = null!;

    public async Task InitializeAsync() => server = await FanOutServer.StartAsync(Sunday);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Every_listener_gets_one_playlist_when_Monday_begins_in_the_listeners_time_zone()
    {
        var zones = new Dictionary<string, (string Country, string? Zone)>
        {
            ["kiritimati"] = ("SE", "Pacific/Kiritimati"), ["chatham"] = ("NZ", "Pacific/Chatham"), ["delhi"] = ("IN", null),
            ["kathmandu"] = ("NP", null), ["stockholm"] = ("SE", null), ["st johns"] = ("CA", "America/St_Johns"),
            ["new york"] = ("US", null),
        };
        foreach (var (id, (country, zone)) in zones) await server.AddAsync(id, country, zone);
        await server.AddAsync("inactive", "SE", activeDaysAgo: 31);

        for (; server.Clock.Now < Sunday.AddHours(25); server.Clock.Advance(TimeSpan.FromMinutes(15)))
        {
            if (server.Clock.Now.Minute == 0) await server.PlanAsync();
            await server.DeliverAllAsync(random);
        }

        var playlists = await server.PlaylistsAsync();
        Assert.Equal(zones.Keys.Order(), playlists.Keys.Order());
        foreach (var (id, (country, zone)) in zones)
        {
            var begins = Surface.DiscoverWeekly.PeriodAt(Sunday.AddHours(25), TimeZones.Of(zone, country)).StartsAt;
            Assert.Equal((id, Week, begins, 1), (id, playlists[id].Period, playlists[id].At, playlists[id].Version));
        }

        var sums = await server.SumAsync();
        Assert.Equal((zones.Count * 64, zones.Count * 64, zones.Count, zones.Count, 0), sums);
    }

    [Fact]
    public async Task A_shard_that_dies_after_it_has_enqueued_a_page_counts_the_page_once()
    {
        for (var i = 0; i < 10; i++) await server.AddAsync($"listener {i}", "SE");
        server.Clock.Now = MondayInStockholm;
        await server.PlanAsync();
        var shards = server.Tasks.Take(server.Clock.Now);
        server.Tasks.FailsAfter = GeneratorQueue;
        var answers = new List<HttpStatusCode>();
        foreach (var shard in shards) answers.Add(await server.DeliverAsync(shard));
        Assert.Single(answers, HttpStatusCode.InternalServerError);
        await server.DeliverAllAsync(random);
        Assert.Equal(10, (await server.PlaylistsAsync()).Count);

        // The queue delivers it again.
        await server.DeliverAsync(shards[answers.IndexOf(HttpStatusCode.InternalServerError)]);
        await server.DeliverAllAsync(random);
        Assert.Equal((64, 64, 10, 10, 0), await server.SumAsync());
        Assert.All((await server.PlaylistsAsync()).Values, playlist => Assert.Equal(1, playlist.Version));
    }

    [Fact]
    public async Task A_planner_that_dies_and_two_at_once_start_a_time_zone_once()
    {
        await server.AddAsync("ada", "SE");
        server.Clock.Now = MondayInStockholm;
        server.Tasks.FailsAfter = ShardQueue;
        await Assert.ThrowsAnyAsync<Exception>(server.PlanAsync);
        Assert.Equal(0, (await server.SumAsync()).Shards);

        await Task.WhenAll(server.PlanAsync(), server.PlanAsync());
        Assert.Equal(64, server.Tasks.Waiting.Count);
        await server.DeliverAllAsync(random);
        Assert.Equal((64, 64, 1, 1, 0), await server.SumAsync());
        Assert.Equal("0", (await server.PlanAsync())["started"]!.ToString());
        Assert.Empty(server.Tasks.Waiting);
    }

    [Fact]
    public async Task Missed_hours_are_made_up_for_within_two_days()
    {
        await server.AddAsync("ada", "SE");
        await server.AddAsync("bob", "US");
        // Two days and an hour after Monday began in Stockholm, less than that in New York.
        server.Clock.Now = MondayInStockholm.AddHours(49);
        await server.PlanAsync();
        await server.DeliverAllAsync(random);
        Assert.Equal("bob", Assert.Single(await server.PlaylistsAsync()).Key);
    }

    [Fact]
    public async Task Shards_whose_tasks_are_lost_are_started_again_after_half_an_hour()
    {
        await server.AddAsync("ada", "SE");
        server.Clock.Now = MondayInStockholm;
        await server.PlanAsync();
        Assert.Equal(64, server.Tasks.Take(server.Clock.Now).Count);
        server.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal("0", (await server.ReportAsync())["resumed"]!.ToString());

        server.Clock.Advance(TimeSpan.FromMinutes(2));
        var report = await server.ReportAsync();
        Assert.Equal(("64", "1860"), (report["resumed"]!.ToString(), report["discover-weekly"]!["lag_seconds"]!.ToString()));
        await server.DeliverAllAsync(random);
        report = await server.ReportAsync();
        Assert.Equal(
            ("0", Week, "64", "1", "1", "0", "0"),
            (report["resumed"]!.ToString(), Of("period"), Of("walked"), Of("listeners"), Of("done"), Of("failed"), Of("lag_seconds")));

        string Of(string member) => report["discover-weekly"]![member]!.ToString();
    }

    [Fact]
    public async Task A_shard_waits_while_the_generator_is_behind()
    {
        await server.AddAsync("ada", "SE");
        var shard = FanOutShard.All(Surface.DiscoverWeekly, "Europe/Stockholm", MondayInStockholm)
            .Single(one => one.Shard == ActiveListeners.ShardOf("ada"));
        server.Clock.Now = MondayInStockholm;
        await server.PlanAsync();
        await server.Home.WriteAsync(shard.Advance("", 20_000, server.Clock.Now));
        await server.DeliverAllAsync(random);
        Assert.Empty(await server.PlaylistsAsync());
        var waiting = Assert.Single(server.Tasks.Waiting);
        Assert.Equal(
            (ShardQueue, MondayInStockholm + Functions.PlaylistShards.PlaylistShards.Pause), (waiting.Queue.Name, waiting.NotBefore));

        await server.Home.WriteAsync(Mutation.Update(
            FanOutShard.Table, ("Surface", "discover-weekly"), ("Period", Week), ("TimeZone", "Europe/Stockholm"),
            ("Shard", (long)shard.Shard), ("Done", 20_000L)));
        server.Clock.Advance(TimeSpan.FromSeconds(10));
        await server.DeliverAllAsync(random);
        Assert.Single(await server.PlaylistsAsync());
        Assert.Equal((64, 64, 20_001, 20_001, 0), await server.SumAsync());
    }

    [Fact]
    public async Task Tasks_that_arrive_early_wait_and_those_of_last_week_do_nothing()
    {
        await server.AddAsync("ada", "SE");
        server.Clock.Now = MondayInStockholm.AddHours(-1);
        await server.PlanAsync();
        var tasks = server.Tasks.Take(DateTimeOffset.MaxValue);
        Assert.Equal(64, tasks.Count);
        foreach (var task in tasks) await server.DeliverAsync(task);
        Assert.Empty(await server.PlaylistsAsync());
        server.Clock.Now = MondayInStockholm.AddSeconds(10);
        await server.DeliverAllAsync(random);
        Assert.Single(await server.PlaylistsAsync());

        server.Clock.Now = MondayInStockholm.AddDays(7);
        foreach (var task in tasks) await server.DeliverAsync(task);
        Assert.Empty(server.Tasks.Waiting);
        Assert.Equal(Week, (await server.PlaylistsAsync())["ada"].Period);
        Assert.Equal(0, (await server.ReportAsync())["resumed"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_listener_who_moves_gets_one_playlist_of_the_week()
    {
        await server.AddAsync("ada", "JP");
        server.Clock.Now = new DateTimeOffset(2026, 1, 11, 15, 0, 0, TimeSpan.Zero);
        await server.PlanAsync();
        await server.DeliverAllAsync(random);
        var first = (await server.PlaylistsAsync())["ada"];

        // To a time zone in which it is still Sunday.
        await MoveAsync("America/Los_Angeles");
        for (var hour = 0; hour < 24; hour++, server.Clock.Advance(TimeSpan.FromHours(1)))
        {
            await server.PlanAsync();
            await server.DeliverAllAsync(random);
        }

        Assert.Equal(first, (await server.PlaylistsAsync())["ada"]);

        // On the next Sunday, to a time zone whose listeners have been walked: a visit makes up for it.
        await server.AddAsync("bob", "JP");
        server.Clock.Now = new DateTimeOffset(2026, 1, 18, 15, 0, 0, TimeSpan.Zero);
        await server.PlanAsync();
        await server.DeliverAllAsync(random);
        await MoveAsync("Asia/Tokyo");
        using var ada = await server.Home.SignInAsync("ada");
        (await ada.GetAsync("/v1/me/playlists")).EnsureSuccessStatusCode();
        await server.DeliverAllAsync(random);
        Assert.Equal(("2026-01-19", 2), ((await server.PlaylistsAsync())["ada"].Period, (await server.PlaylistsAsync())["ada"].Version));
    }

    private Task MoveAsync(string timeZone) => server.Home.WriteAsync(
        Mutation.Update(User.Table, ("UserId", "ada"), ("TimeZone", timeZone)),
        ActiveListeners.Upsert("ada", timeZone, server.Clock.Now));
}
