using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>Tests that the player reports what is played.</summary>
[Collection(PlayerTests.Name)]
public sealed class ReportsTests(PlayerFixture fixture)
{
    [BrowserFact]
    public async Task Starts_ends_and_skips_are_reported_and_acknowledged()
    {
        await using var player = await fixture.SignInAsync();
        var (reported, all) = Collect(player.Page, "stream_end 2");
        await player.PlayAlbumAsync();
        await player.ReachesAsync(2);
        await player.Button("Next").ClickAsync();
        await player.SoundsAsync(PlayerCatalog.Second);
        await player.ClickBarAsync(0.985);
        await player.SoundsAsync(PlayerCatalog.Last);
        await all.WaitAsync(TimeSpan.FromSeconds(30));

        var ends = reported.Where(one => one.At("type") == "stream_end").ToList();
        Assert.Equal(["skipped", "completed"], ends.Select(one => one.At("end_reason")));
        Assert.InRange(ends[0]["played_ms"]!.GetValue<int>(), 500, 20_000);
        // The time that a seek skips is not heard.
        Assert.InRange(ends[1]["played_ms"]!.GetValue<int>(), 0, 20_000);
        Assert.Equal(PlayerCatalog.Seconds, ends[1]["duration_ms"]!.GetValue<int>() / 1000.0, 1.0);
        Assert.All(ends, one => Assert.StartsWith("spotify:album:", one.At("context_uri")!, StringComparison.Ordinal));
        Assert.Equal(3, reported.Count(one => one.At("type") == "stream_start"));
        Assert.Single(reported, one => one.At("type") == "skip");
        await player.Page.WaitForFunctionAsync("() => !Object.keys(localStorage).some(key => key.startsWith('event.'))");
    }

    [BrowserFact]
    public async Task Plays_during_an_outage_are_reported_after_the_page_was_opened_again()
    {
        await using var player = await fixture.SignInAsync("bob");
        player.Expect("503");
        await player.Page.RouteAsync("**/v1/events", route => route.FulfillAsync(new RouteFulfillOptions { Status = 503, Body = "{}" }));
        await player.PlayAlbumAsync();
        await player.Button("Next").ClickAsync();
        await player.SoundsAsync(PlayerCatalog.Second);

        await player.Page.UnrouteAsync("**/v1/events");
        var (reported, all) = Collect(player.Page, "stream_end 2");
        await player.Page.ReloadAsync();
        await all.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, reported.Count(one => one.At("type") == "stream_start"));
    }

    // Collects the reported events until there is a number of a type.
    private static (ConcurrentQueue<JsonNode> Reported, Task All) Collect(IPage page, string until)
    {
        var (reported, ids, all) = (new ConcurrentQueue<JsonNode>(), new ConcurrentDictionary<string, bool>(), new TaskCompletionSource());
        page.Response += (_, response) =>
        {
            if (!response.Url.EndsWith("/v1/events", StringComparison.Ordinal) || response.Status != 202) return;
            foreach (var one in JsonNode.Parse(response.Request.PostData!)!["events"]!.AsArray())
                if (ids.TryAdd(one!.At("id")!, true)) reported.Enqueue(one!);
            if (reported.GroupBy(one => one.At("type")).Any(type => $"{type.Key} {type.Count()}" == until)) all.TrySetResult();
        };
        return (reported, all.Task);
    }
}
