using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.ResumePoints;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of each command over HTTP.</summary>
public sealed class CommandTests(PlayerHost host) : IClassFixture<PlayerHost>
{
    // The extension for tests knows tracks and episodes.
    private static readonly string Chapter = $"spotify:chapter:{TestCatalog.Chapter.Id}";

    [Fact]
    public async Task A_context_plays_from_its_start_and_the_device_becomes_active()
    {
        var app = await host.DeviceAsync("start", "phone");

        await app.DoAsync("PUT", "/play?device_id=phone", $$"""{"context_uri":"{{PlayerHost.LongUri}}"}""");

        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone", progressMs: 0);
        Assert.Equal(PlayerHost.LongUri, (await app.PlaybackAsync())!.At("context", "uri"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task A_context_plays_from_an_offset(string method)
    {
        var app = await host.DeviceAsync("offset" + method, "phone");

        await app.DoAsync(method, "/play?device_id=phone",
            $$$"""{"context_uri":"{{{PlayerHost.LongUri}}}","offset":{"position":5},"position_ms":30000}""");
        await app.AssertPlaysAsync(PlayerHost.Track(5), "phone", progressMs: 30_000);

        await app.DoAsync(
            method, "/play", $$$"""{"context_uri":"{{{PlayerHost.LongUri}}}","offset":{"uri":"{{{PlayerHost.Track(60)}}}"}}""");
        await app.AssertPlaysAsync(PlayerHost.Track(60), "phone", progressMs: 0);
        await app.DoAsync("POST", "/previous");
        await app.AssertPlaysAsync(PlayerHost.Track(59), "phone");
    }

    [Fact]
    public async Task A_list_of_items_plays_in_order_without_those_that_the_listener_may_not_play()
    {
        var app = await host.DeviceAsync("list", "phone");
        string[] uris = [TestCatalog.Future.Uri(), PlayerHost.Track(3), TestCatalog.Pilot.Uri(), PlayerHost.Track(1)];

        await app.DoAsync("PUT", "/play?device_id=phone",
            $$$"""{"uris":["{{{string.Join("\",\"", uris)}}}"],"offset":{"uri":"{{{TestCatalog.Pilot.Uri()}}}"}}""");

        await app.AssertPlaysAsync(TestCatalog.Pilot.Uri(), "phone");
        Assert.Null((await app.PlaybackAsync())!["context"]);
        await app.DoAsync("POST", "/previous");
        await app.AssertPlaysAsync(PlayerHost.Track(3), "phone");
        await app.DoAsync("POST", "/next");
        await app.DoAsync("POST", "/next");
        await app.AssertPlaysAsync(PlayerHost.Track(1), "phone");
        await app.FailAsync(HttpStatusCode.Forbidden, "NO_NEXT_TRACK", "POST", "/next");
    }

    [Fact]
    public async Task Playback_pauses_and_resumes_and_repeated_commands_change_nothing()
    {
        var app = await host.DeviceAsync("pause", "phone");
        await app.PlayAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(7));
        await app.DoAsync("PUT", "/play");
        var revision = await app.RevisionAsync();

        await app.DoAsync("PUT", "/pause");
        host.Clock.Advance(TimeSpan.FromSeconds(7));
        await app.DoAsync("PUT", "/pause");
        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone", isPlaying: false, progressMs: 7_000);
        await app.DoAsync("PUT", "/play");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.DoAsync("PUT", "/play", "{}");

        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone", progressMs: 8_000);
        Assert.Equal(revision + 2, await app.RevisionAsync());
    }

    [Fact]
    public async Task Next_and_previous_go_through_more_than_a_window()
    {
        var app = await host.DeviceAsync("walk", "phone");
        await app.PlayAsync();
        for (var i = 1; i < PlayerHost.Tracks.Count; i++)
        {
            await app.DoAsync("POST", "/next");
            await app.AssertPlaysAsync(PlayerHost.Track(i), "phone");
        }

        await app.FailAsync(HttpStatusCode.Forbidden, "NO_NEXT_TRACK", "POST", "/next");
        await app.AssertPlaysAsync(PlayerHost.Track(69), "phone");
        for (var i = 68; i >= 19; i--)
        {
            await app.DoAsync("POST", "/previous");
            await app.AssertPlaysAsync(PlayerHost.Track(i), "phone");
        }
    }

    [Fact]
    public async Task Previous_begins_again_after_three_seconds_and_at_the_first_item()
    {
        var app = await host.DeviceAsync("previous", "phone");
        await app.PlayAsync(offset: 1);
        host.Clock.Advance(TimeSpan.FromMilliseconds(3001));
        await app.DoAsync("POST", "/previous");
        await app.AssertPlaysAsync(PlayerHost.Track(1), "phone", progressMs: 0);
        await app.DoAsync("POST", "/previous");
        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone");
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        await app.DoAsync("POST", "/previous");

        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone", progressMs: 0);
    }

    [Fact]
    public async Task Seek_sets_the_position_and_past_the_end_plays_the_next_item()
    {
        var app = await host.DeviceAsync("seek", "phone");
        await app.PlayAsync(offset: 68);
        await app.DoAsync("PUT", "/seek?position_ms=200000");
        await app.AssertPlaysAsync(PlayerHost.Track(68), "phone", progressMs: 200_000);
        await app.DoAsync("PUT", "/seek?position_ms=200001");
        await app.AssertPlaysAsync(PlayerHost.Track(69), "phone", progressMs: 0);
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        await app.DoAsync("PUT", "/seek?position_ms=999999");

        await app.AssertPlaysAsync(PlayerHost.Track(69), "phone", isPlaying: false, progressMs: 0);
    }

    [Fact]
    public async Task The_queue_comes_before_the_context_and_can_be_replaced()
    {
        var app = await host.DeviceAsync("queue", "phone");
        await app.PlayAsync();
        await app.DoAsync("POST", $"/queue?uri={TestCatalog.Dawn.Uri()}");
        await app.DoAsync("POST", $"/queue?uri={TestCatalog.Pilot.Uri()}&device_id=phone");
        await app.DoAsync("POST", $"/queue?uri={Chapter}");
        Assert.Equal(
            [TestCatalog.Dawn.Uri(), TestCatalog.Pilot.Uri(), Chapter, PlayerHost.Track(1), PlayerHost.Track(2)],
            (await QueueAsync(app)).Take(5));

        await app.DoAsync("PUT", "/queue", $$"""{"uris":["{{Chapter}}","{{TestCatalog.Dawn.Uri()}}"]}""");
        await app.DoAsync("POST", "/next");
        await app.AssertPlaysAsync(Chapter, "phone");
        await app.DoAsync("POST", "/next");
        await app.DoAsync("POST", "/next");
        await app.AssertPlaysAsync(PlayerHost.Track(1), "phone");
        await app.DoAsync("PUT", "/queue", """{"uris":[]}""");
        Assert.Equal(PlayerHost.Track(2), (await QueueAsync(app))[0]);
    }

    [Fact]
    public async Task A_repeated_track_begins_again_at_its_end_but_not_at_a_command()
    {
        var app = await host.DeviceAsync("repeat-track", "phone");
        await app.PlayAsync();
        await app.DoAsync("PUT", "/repeat?state=track");
        Assert.Equal("track", (await app.PlaybackAsync())!.At("repeat_state"));

        await EndAsync(app);
        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone", progressMs: 0);
        await app.DoAsync("POST", "/next");
        await app.AssertPlaysAsync(PlayerHost.Track(1), "phone");
    }

    [Fact]
    public async Task A_repeated_context_begins_again_after_its_end()
    {
        var app = await host.DeviceAsync("repeat-context", "phone");
        await app.PlayAsync(offset: 69);
        await app.DoAsync("PUT", "/repeat?state=context");

        await app.DoAsync("POST", "/next");
        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone");
        await app.DoAsync("POST", "/previous");
        await app.AssertPlaysAsync(PlayerHost.Track(69), "phone");
        await EndAsync(app);
        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone");
    }

    [Fact]
    public async Task The_end_of_the_last_item_pauses_at_its_start()
    {
        var app = await host.DeviceAsync("the-end", "phone");
        await app.PlayAsync(offset: 69);
        host.Clock.Advance(TimeSpan.FromSeconds(200));

        var uid = await EndAsync(app);
        var revision = await app.RevisionAsync();
        await app.ReportAsync($$"""{"uid":"{{uid}}","ended":true}""");

        await app.AssertPlaysAsync(PlayerHost.Track(69), "phone", isPlaying: false, progressMs: 0);
        Assert.Equal(revision, await app.RevisionAsync());
    }

    [Fact]
    public async Task Shuffle_plays_every_item_once_and_the_current_one_goes_on()
    {
        var app = await host.DeviceAsync("shuffle", "phone");
        await app.PlayAsync(offset: 30);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.DoAsync("PUT", "/shuffle?state=true");
        await app.AssertPlaysAsync(PlayerHost.Track(30), "phone", progressMs: 1000);
        Assert.Equal("true", (await app.PlaybackAsync())!.At("shuffle_state"));

        var played = new List<string> { PlayerHost.Track(30) };
        for (var i = 1; i < PlayerHost.Tracks.Count; i++)
        {
            await app.DoAsync("POST", "/next");
            played.Add((await app.PlaybackAsync())!.At("item", "uri")!);
        }

        Assert.Equal(PlayerHost.Tracks.Select(track => track.Uri()).Order(), played.Order());
        Assert.NotEqual(PlayerHost.Tracks.Skip(31).Take(20).Select(track => track.Uri()), played.Skip(1).Take(20));
        await app.DoAsync("POST", "/previous");
        Assert.Equal(played[^2], (await app.PlaybackAsync())!.At("item", "uri"));

        await app.DoAsync("PUT", "/shuffle?state=false");
        var current = PlayerHost.Tracks.Select(track => track.Uri()).ToList().IndexOf(played[^2]);
        Assert.Equal(
            PlayerHost.Tracks.Skip(current + 1).Take(20).Select(track => track.Uri()), (await QueueAsync(app)).Take(20));
    }

    [Fact]
    public async Task A_context_that_starts_while_shuffle_is_on_is_shuffled_and_the_offset_comes_first()
    {
        var app = await host.DeviceAsync("shuffled", "phone");
        await app.DoAsync("PUT", "/shuffle?state=true&device_id=phone");
        await app.PlayAsync(offset: 10);

        await app.AssertPlaysAsync(PlayerHost.Track(10), "phone");
        var queue = await QueueAsync(app);
        Assert.DoesNotContain(PlayerHost.Track(10), queue);
        Assert.NotEqual(PlayerHost.Tracks.Skip(11).Take(20).Select(track => track.Uri()), queue.Take(20));
    }

    [Fact]
    public async Task Volume_belongs_to_a_device()
    {
        var phone = await host.DeviceAsync("volume", "phone");
        var laptop = await host.DeviceAsync("volume", "laptop");
        await phone.PlayAsync();

        await laptop.DoAsync("PUT", "/volume?volume_percent=0");
        await laptop.DoAsync("PUT", "/volume?volume_percent=100&device_id=laptop");

        var volumes = (await phone.GetAsync("GET", "/devices"))["devices"]!.AsArray()
            .ToDictionary(device => device!.At("id")!, device => device!.At("volume_percent"));
        Assert.Equal(("0", "100"), (volumes["phone"], volumes["laptop"]));
    }

    [Fact]
    public async Task Playback_is_transferred_with_and_without_play()
    {
        var phone = await host.DeviceAsync("transfer", "phone");
        var laptop = await host.DeviceAsync("transfer", "laptop");
        await phone.PlayAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(10));

        await phone.DoAsync("PUT", "", """{"device_ids":["laptop"]}""");
        await phone.AssertPlaysAsync(PlayerHost.Track(0), "laptop", progressMs: 10_000);
        await laptop.DoAsync("PUT", "/pause");
        await laptop.DoAsync("PUT", "", """{"device_ids":["phone"],"play":false}""");
        await laptop.AssertPlaysAsync(PlayerHost.Track(0), "phone", isPlaying: false);
        await laptop.DoAsync("PUT", "", """{"device_ids":["laptop"],"play":true}""");
        await laptop.AssertPlaysAsync(PlayerHost.Track(0), "laptop");
    }

    [Fact]
    public async Task A_second_device_that_starts_takes_over_and_the_first_is_told_to_stop()
    {
        var phone = await host.DeviceAsync("takeover", "phone");
        var laptop = await host.DeviceAsync("takeover", "laptop");
        await phone.PlayAsync();
        await laptop.PlayAsync(offset: 3);

        await phone.AssertPlaysAsync(PlayerHost.Track(3), "laptop");
        var document = await phone.ReportAsync();
        var command = Assert.Single(document["commands"]!.AsArray())!;
        Assert.Equal(("phone", "stop", document.At("revision")), (command.At("device_id"), command.At("type"), command.At("revision")));

        var after = await phone.ReportAsync($$"""{"revision":{{document.At("revision")}}}""");
        Assert.Empty(after["commands"]?.AsArray() ?? []);
    }

    [Fact]
    public async Task Commands_wait_for_their_device_until_it_acknowledges_them()
    {
        var phone = await host.DeviceAsync("acknowledge", "phone");
        var laptop = await host.DeviceAsync("acknowledge", "laptop");
        await phone.PlayAsync();
        await laptop.DoAsync("PUT", "/pause");
        var paused = await phone.RevisionAsync();
        await laptop.DoAsync("PUT", "/seek?position_ms=5000");
        await phone.DoAsync("PUT", "/repeat?state=track");

        var (state, _) = await host.StateAsync("acknowledge");
        Assert.Equal(["pause", "seek"], state.Commands.Select(command => command.Type));
        Assert.All(state.Commands, command => Assert.Equal("phone", command.DeviceId));

        // The phone has not applied the seek, so that its position does not count.
        await phone.ReportAsync(
            $$"""{"revision":{{paused}},"uid":"{{state.Item!.Uid}}","position_ms":90000,"is_playing":false}""");
        (state, _) = await host.StateAsync("acknowledge");
        Assert.Equal("seek", Assert.Single(state.Commands).Type);
        Assert.Equal(5000, state.Position.Ms);
    }

    [Fact]
    public async Task A_device_that_its_listener_starts_is_not_to_stop_and_its_reports_count()
    {
        var phone = await host.DeviceAsync("back-again", "phone");
        var laptop = await host.DeviceAsync("back-again", "laptop");
        await phone.PlayAsync();
        await laptop.PlayAsync(offset: 3);
        Assert.Equal("stop", Assert.Single((await host.StateAsync("back-again")).State.Commands).Type);

        await phone.PlayAsync(offset: 5);

        var (state, _) = await host.StateAsync("back-again");
        Assert.Equal(("laptop", "stop"), (Assert.Single(state.Commands).DeviceId, state.Commands[0].Type));
        await phone.ReportAsync($$"""{"uid":"{{state.Item!.Uid}}","position_ms":50000,"is_playing":false}""");
        await phone.AssertPlaysAsync(PlayerHost.Track(5), "phone", isPlaying: false, progressMs: 50_000);
    }

    [Theory]
    [InlineData("PUT", "/pause")]
    [InlineData("PUT", "/seek?position_ms=7000")]
    public async Task A_command_on_the_device_itself_replaces_those_that_wait_for_it(string method, string path)
    {
        var user = "own" + path[1..5];
        var phone = await host.DeviceAsync(user, "phone");
        var laptop = await host.DeviceAsync(user, "laptop");
        await phone.PlayAsync();
        await laptop.DoAsync("PUT", "/volume?volume_percent=9");
        await laptop.DoAsync("PUT", "/seek?position_ms=7000");
        await laptop.DoAsync("PUT", "/pause");

        await phone.DoAsync(method, path);

        var (state, revision) = await host.StateAsync(user);
        Assert.Equal("volume", Assert.Single(state.Commands).Type);
        await phone.DoAsync(method, path);
        Assert.Equal(revision, await phone.RevisionAsync());
    }

    [Fact]
    public async Task A_command_after_the_end_keeps_a_radio_from_starting()
    {
        var app = await host.DeviceAsync("after-end", "phone");
        await app.PlayAsync(offset: 69);
        await EndAsync(app);
        Assert.Equal(host.Clock.GetUtcNow(), (await host.StateAsync("after-end")).State.EndedAt);

        await app.DoAsync("PUT", "/pause");

        Assert.Null((await host.StateAsync("after-end")).State.EndedAt);
    }

    [Fact]
    public async Task Reports_of_the_active_device_change_playback_but_a_small_drift_writes_nothing()
    {
        var phone = await host.DeviceAsync("reports", "phone");
        var laptop = await host.DeviceAsync("reports", "laptop");
        await phone.PlayAsync();
        var (state, revision) = await host.StateAsync("reports");
        var uid = state.Item!.Uid;
        host.Clock.Advance(TimeSpan.FromSeconds(60));

        await phone.ReportAsync($$"""{"uid":"{{uid}}","position_ms":58501,"is_playing":true}""");
        await laptop.ReportAsync($$"""{"uid":"{{uid}}","position_ms":1,"is_playing":false}""");
        await phone.ReportAsync("""{"uid":"999","position_ms":1,"is_playing":false}""");
        await phone.ReportAsync($$"""{"uid":"999","ended":true}""");
        Assert.Equal(revision, (await host.StateAsync("reports")).Revision);

        await phone.ReportAsync($$"""{"uid":"{{uid}}","position_ms":50000,"is_playing":false,"volume_percent":7}""");
        await phone.AssertPlaysAsync(PlayerHost.Track(0), "phone", isPlaying: false, progressMs: 50_000);
        Assert.Equal("7", (await phone.PlaybackAsync())!.At("device", "volume_percent"));
    }

    [Fact]
    public async Task Episodes_resume_where_they_were_left()
    {
        var app = await host.DeviceAsync("episodes", "phone");
        await app.Http.GetJsonAsync("/v1/me");
        var play = $$"""{"uris":["{{TestCatalog.Pilot.Uri()}}"]}""";
        await app.DoAsync("PUT", "/play?device_id=phone", play);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.DoAsync("PUT", "/pause");

        await app.PlayAsync();
        await app.DoAsync("PUT", "/play", play);
        await app.AssertPlaysAsync(TestCatalog.Pilot.Uri(), "phone", progressMs: 300_000);
        await app.DoAsync("PUT", "/play", $$"""{"uris":["{{TestCatalog.Pilot.Uri()}}"],"position_ms":0}""");
        await app.AssertPlaysAsync(TestCatalog.Pilot.Uri(), "phone", progressMs: 0);

        await EndAsync(app);
        var points = await host.Server.Services.GetRequiredService<ResumePointStore>()
            .ReadAsync("episodes", [TestCatalog.Pilot.Id], default);
        Assert.True(points[TestCatalog.Pilot.Id].FullyPlayed);
    }

    private static async Task<IReadOnlyList<string>> QueueAsync(PlayerApp app) =>
        [.. (await app.GetAsync("GET", "/queue"))["queue"]!.AsArray().Select(item => item!.At("uri")!)];

    private async Task<string> EndAsync(PlayerApp app)
    {
        var uid = (await host.StateAsync(app.User)).State.Item!.Uid;
        await app.ReportAsync($$"""{"uid":"{{uid}}","ended":true}""");
        return uid;
    }
}
