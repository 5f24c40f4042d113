using System.Net;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Functions.WeeklyPlaylists;

namespace Spotify.Functions.Tests.WeeklyPlaylists;

/// <summary>Visits of listeners, over HTTP.</summary>
public sealed class VisitTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 14, 11, 0, 0, TimeSpan.Zero);

    private FanOutServer server = null!;

    public async Task InitializeAsync() => server = await FanOutServer.StartAsync(Noon);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_visit_generates_what_is_due_and_makes_the_listener_active_once_a_day()
    {
        await server.AddAsync("ada", "SE", activeDaysAgo: 40);
        await VisitAsync("ada");
        await VisitAsync("ada");
        Assert.Equal(Noon, await ActiveAtAsync("ada"));
        var task = Assert.Single(server.Tasks.Take(Noon));
        Assert.Equal(HttpStatusCode.NoContent, await server.DeliverAsync(task));
        Assert.Equal("2026-01-12", (await server.PlaylistsAsync())["ada"].Period);

        server.Clock.Advance(TimeSpan.FromHours(23));
        await VisitAsync("ada");
        Assert.Equal(Noon, await ActiveAtAsync("ada"));
        server.Clock.Advance(TimeSpan.FromHours(1));
        await VisitAsync("ada", "/v1/me/playlists?offset=1");
        Assert.Equal(Noon, await ActiveAtAsync("ada"));
        await VisitAsync("ada");
        Assert.Equal(Noon.AddDays(1), await ActiveAtAsync("ada"));
    }

    [Fact]
    public async Task Reading_a_generated_playlist_is_a_visit()
    {
        await server.AddAsync("ada", "SE");
        await VisitAsync("ada");
        await server.DeliverAllAsync(new Random(1));
        using var ada = await server.Home.SignInAsync("ada");
        var own = JsonNode.Parse(await ada.GetStringAsync("/v1/me/playlists"))!;
        var playlist = own["items"]!.AsArray().First(item => item!["name"]!.ToString() == "Discover Weekly")!["id"]!.ToString();

        server.Tasks.Take(DateTimeOffset.MaxValue);
        server.Clock.Advance(TimeSpan.FromDays(7));
        await VisitAsync("ada", $"/v1/playlists/{playlist}");
        await server.DeliverAllAsync(new Random(1));
        Assert.Equal("2026-01-19", (await server.PlaylistsAsync())["ada"].Period);
    }

    [Fact]
    public async Task Visits_of_new_and_of_suspect_listeners_do_nothing()
    {
        await VisitAsync("carol");
        Assert.Null(await server.Home.Database.ReadAsync(ActiveListeners.Table, new Key("carol"), null, default));

        await server.AddAsync("bot", "SE", activeDaysAgo: 2);
        await server.Home.WriteAsync(Mutation.Insert(
            Schema.Current.Table("Listeners"), ("UserId", "bot"), ("ListenerId", new string('1', 22)), ("SuspectUntil", Noon.AddDays(1))));
        await VisitAsync("bot");
        Assert.Equal(Noon.AddDays(-2), await ActiveAtAsync("bot"));
        Assert.Empty(server.Tasks.Waiting);
    }

    [Fact]
    public async Task A_visit_generates_the_blends_of_earlier_days()
    {
        await server.AddAsync("ada", "SE");
        await server.Home.WriteAsync(Generated("on-repeat", "2026-01-14"), Generated("blend:one", "2026-01-13"));
        await VisitAsync("ada");
        Assert.Single(server.Tasks.Take(Noon));

        await server.Home.WriteAsync(Generated("blend:one", "2026-01-14"));
        await VisitAsync("ada");
        Assert.Empty(server.Tasks.Waiting);

        static Mutation Generated(string surface, string period) => Mutation.Upsert(
            Schema.Current.Table("GeneratedPlaylists"),
            ("UserId", "ada"), ("Surface", surface), ("PlaylistId", "0000000000000000000000"), ("Period", period), ("Variant", "default"),
            ("GeneratedAt", Noon));
    }

    [Fact]
    public async Task Surfaces_that_stay_due_are_enqueued_once_in_a_while()
    {
        await server.AddAsync("ada", "SE");
        await server.AddAsync("ben", "SE");
        for (var i = 0; i < 3; i++) await VisitAsync("ada");
        Assert.Equal(1, server.Tasks.Calls);
        await VisitAsync("ben");
        Assert.Equal(2, server.Tasks.Calls);

        server.Clock.Advance(Visits.Pause);
        for (var i = 0; i < 3; i++) await VisitAsync("ada");
        Assert.Equal(3, server.Tasks.Calls);

        // Another day, on which others are due.
        server.Clock.Now = Noon.AddHours(12);
        await VisitAsync("ada");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await VisitAsync("ada");
        Assert.Equal(4, server.Tasks.Calls);
    }

    [Fact]
    public async Task A_visit_never_fails_the_request()
    {
        await server.AddAsync("ada", "SE");
        server.Tasks.IsDown = true;
        await VisitAsync("ada");
        server.Tasks.IsDown = false;
        await VisitAsync("ada");
        Assert.Single(server.Tasks.Waiting);
    }

    private async Task VisitAsync(string user, string path = "/v1/me/playlists")
    {
        using var listener = await server.Home.SignInAsync(user);
        using var response = await listener.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<DateTimeOffset> ActiveAtAsync(string user) =>
        (await server.Home.Database.ReadAsync(ActiveListeners.Table, new Key(user), null, default))!.Timestamp("ActiveAt");
}
