using System.Text;
using Spotify.Functions.DailyAggregates;
using Spotify.Functions.RoyaltyReports;

namespace Spotify.Functions.Tests.Warehouse;

public sealed class RoyaltyReportsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset December = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private WarehouseHost host = null!;

    public async Task InitializeAsync() => host = await WarehouseHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_report_has_the_valid_plays_of_the_month_per_market_and_track()
    {
        host.Play("ada", "a", December, seconds: 60);
        host.Play("bob", "a", December.AddDays(1), seconds: 100);
        host.Play("bob", "b", December.AddDays(30), seconds: 40, market: "US");
        host.Play("bob", "c", December.AddDays(2), seconds: 10, duration: 60);
        host.Play("bob", "a", December.AddDays(31), seconds: 60);
        for (var i = 0; i < 31; i++) host.Play("bot", "d", December.AddMinutes(i), seconds: 31, duration: 180);
        await host.FlushAsync();
        host.Clock.Now = new DateTimeOffset(2027, 1, 3, 6, 0, 0, TimeSpan.Zero);
        await host.CallAsync(DailyAggregatesFunction.Path);

        var reports = (await host.CallAsync(RoyaltyReportsFunction.Path))["reports"]!.AsArray();
        Assert.Equal(["reports/royalties/2026-12.csv", "reports/royalties/2026-11.csv"], reports.Select(name => (string)name!));
        Assert.Equal(
            $"market,playable_id,plays,played_ms\nSE,{WarehouseHost.Id("a")},2,160000\nUS,{WarehouseHost.Id("b")},1,40000\n",
            await ReadAsync("reports/royalties/2026-12.csv"));
        Assert.Equal("market,playable_id,plays,played_ms\n", await ReadAsync("reports/royalties/2026-11.csv"));
    }

    [Fact]
    public async Task A_repeated_call_replaces_the_report()
    {
        for (var i = 0; i < 3000; i++) host.Play($"{i}", $"{i}", December, seconds: 30);
        await host.FlushAsync();
        host.Clock.Now = new DateTimeOffset(2027, 1, 3, 6, 0, 0, TimeSpan.Zero);
        await host.CallAsync(DailyAggregatesFunction.Path);
        await host.CallAsync(RoyaltyReportsFunction.Path);
        var first = await ReadAsync("reports/royalties/2026-12.csv");
        await host.CallAsync(RoyaltyReportsFunction.Path);
        Assert.Equal(first, await ReadAsync("reports/royalties/2026-12.csv"));
        Assert.Equal(3001, first.Count(character => character == '\n'));
    }

    private async Task<string> ReadAsync(string name)
    {
        await using var content = await host.Store.OpenReadAsync(name, null, default);
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
