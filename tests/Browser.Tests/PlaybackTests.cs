using System.Net.Http.Headers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

[Collection(PlayerTests.Name)]
public sealed class PlaybackTests(PlayerFixture fixture)
{
    [BrowserFact]
    public async Task Playing_advances_the_time_and_fetches_byte_ranges()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        var start = await player.CurrentTimeAsync();
        await player.ReachesAsync(start + 1);
        await Expect(player.Page).ToHaveTitleAsync($"{PlayerCatalog.First} · The Pilots");

        // On a faster network the whole file would be loaded before the click.
        await player.SlowDownAsync();
        await player.ChooseQualityAsync("Lossless");
        await player.Page.WaitForFunctionAsync("() => document.getElementById('audio').currentSrc.includes('/lossless.m4a')");
        await player.SoundsAsync(PlayerCatalog.First);
        await player.ClickBarAsync(0.9);
        await player.ReachesAsync(PlayerCatalog.Seconds * 0.9);

        var starts = new HashSet<long>();
        foreach (var response in player.Audio)
        {
            var headers = await response.AllHeadersAsync();
            Assert.Equal(206, response.Status);
            Assert.StartsWith("bytes=", (await response.Request.AllHeadersAsync())["range"], StringComparison.Ordinal);
            var range = ContentRangeHeaderValue.Parse(headers["content-range"]);
            if (response.Url.Contains("/lossless.m4a", StringComparison.Ordinal)) starts.Add(range.From!.Value);
        }

        Assert.Contains(0, starts);
        Assert.Contains(starts, start => start > 1 << 20);
    }

    [BrowserFact]
    public async Task A_click_on_the_bar_seeks()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.ClickBarAsync(0.75);
        await player.ReachesAsync(PlayerCatalog.Seconds * 0.72);
        Assert.InRange(await player.CurrentTimeAsync(), PlayerCatalog.Seconds * 0.72, PlayerCatalog.Seconds * 0.8);
        await player.ClickBarAsync(0.1);
        await player.Page.WaitForFunctionAsync("() => document.getElementById('audio').currentTime < 20");
        await player.SoundsAsync(PlayerCatalog.First);
    }

    [BrowserFact]
    public async Task Next_skips_restricted_tracks_and_previous_restarts_the_track_first()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.Button("Next").ClickAsync();
        await player.SoundsAsync(PlayerCatalog.Second);
        await player.Button("Next").ClickAsync();
        await player.SoundsAsync(PlayerCatalog.Last);
        await player.Button("Next").ClickAsync();
        await Expect(player.Notices).ToContainTextAsync("This is the last one.");

        await player.ReachesAsync(3.2);
        await player.Button("Previous").ClickAsync();
        await player.Page.WaitForFunctionAsync("() => document.getElementById('audio').currentTime < 2");
        await player.SoundsAsync(PlayerCatalog.Last);
        await player.Button("Previous").ClickAsync();
        await player.SoundsAsync(PlayerCatalog.Second);
    }

    [BrowserFact]
    public async Task The_next_track_is_prefetched_and_starts_by_itself()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        var ahead = player.Page.WaitForResponseAsync(
            response => response.Request.Headers.TryGetValue("range", out var range) && range == "bytes=0-524287");
        await player.ClickBarAsync(0.985);
        Assert.Equal(206, (await ahead).Status);
        await player.SoundsAsync(PlayerCatalog.Second);
    }

    [BrowserFact]
    public async Task Changing_the_quality_keeps_the_position()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.ClickBarAsync(0.5);
        await player.ReachesAsync(PlayerCatalog.Seconds * 0.5);
        await player.ChooseQualityAsync("Very high");
        await Expect(player.Page.Locator(".quality-button")).ToHaveTextAsync("Very high");
        await player.Page.WaitForFunctionAsync("() => document.getElementById('audio').currentSrc.includes('/very_high.ogg')");
        await player.ReachesAsync(PlayerCatalog.Seconds * 0.5);
        Assert.InRange(await player.CurrentTimeAsync(), PlayerCatalog.Seconds * 0.5, (PlayerCatalog.Seconds * 0.5) + 15);

        await player.Page.ReloadAsync();
        await player.PlayAlbumAsync();
        await Expect(player.Page.Locator(".quality-button")).ToHaveTextAsync("Very high");
    }

    [BrowserFact]
    public async Task A_free_listener_sees_why_the_quality_is_lower_than_requested()
    {
        await using var player = await fixture.SignInAsync("bob");
        await player.PlayAlbumAsync();
        await player.ChooseQualityAsync("Very high");
        await Expect(player.Notices).ToContainTextAsync("needs a paid plan");
        await Expect(player.Page.Locator(".quality-button")).ToHaveAttributeAsync("aria-label", "Quality: High, Very high needs Premium");
        await player.SoundsAsync(PlayerCatalog.First);
    }

    [BrowserFact]
    public async Task The_volume_is_remembered_and_reduced_by_the_gain()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.Page.GetByRole(AriaRole.Slider, new PageGetByRoleOptions { Name = "Volume" }).FillAsync("1");
        Assert.Equal(Math.Pow(10, -6 / 20.0), await player.Page.EvaluateAsync<double>("() => document.getElementById('audio').volume"), 3);
        await player.Button("Mute").ClickAsync();
        Assert.True(await player.Page.EvaluateAsync<bool>("() => document.getElementById('audio').muted"));
        await player.Page.ReloadAsync();
        await player.PlayAlbumAsync();
        await Expect(player.Button("Unmute")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task The_queue_shows_the_next_tracks_and_plays_the_chosen_one()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.Button("Queue").ClickAsync();
        var queue = player.Page.GetByRole(AriaRole.Complementary, new PageGetByRoleOptions { Name = "Queue" });
        await Expect(queue.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(5);
        await queue.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = PlayerCatalog.Last }).ClickAsync();
        await player.SoundsAsync(PlayerCatalog.Last);
    }

    [BrowserFact]
    public async Task Signing_out_stops_playback()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.Button("Sign out").ClickAsync();
        await player.PausedAsync(true);
        await Expect(player.Page.Locator("#deck")).ToBeHiddenAsync();
    }
}
