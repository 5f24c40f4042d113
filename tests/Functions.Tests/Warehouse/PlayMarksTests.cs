using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.PlayMarks;

namespace Spotify.Functions.Tests.Warehouse;

/// <summary>The rules for valid plays, with synthetic bots and with honest listeners who play a lot.</summary>
public sealed class PlayMarksTests : IAsyncLifetime
{
    // A day in the past, so that all plays have ended.
    private static readonly DateTimeOffset Day = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private WarehouseHost host = null!;

    public async Task InitializeAsync() => host = await WarehouseHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Honest_listeners_are_not_marked()
    {
        // Falls asleep with rain of 35 s that repeats all night, and with one recording of 10 hours.
        for (var i = 0; i < 820; i++) host.Play("sleeper", "rain", Day.AddSeconds(35 * (i + 1)), seconds: 35);
        host.Play("deep sleeper", "ocean", Day.AddHours(6), seconds: 36_000);
        host.Play("deep sleeper", "ocean", Day.AddHours(17), seconds: 36_000);
        // Has one song on repeat, day and night.
        for (var i = 1; i <= 480; i++) host.Play("fan", "song", Day.AddSeconds(180 * i - 1), seconds: 180);
        // Skims through a genre, leaving each track after half a minute.
        for (var i = 1; i <= 300; i++)
            host.Play("digger", $"new {i}", Day.AddSeconds(31 * i), seconds: 31, duration: 200, artists: WarehouseHost.Id($"new {i / 5}"));
        // Leaves a song early again and again, because of its chorus.
        for (var i = 1; i <= 20; i++) host.Play("singer", "chorus", Day.AddMinutes(2 * i), seconds: 33, duration: 200);
        // Two people, one of them offline on a journey.
        for (var i = 1; i <= 200; i++)
        {
            host.Play("family", $"home {i}", Day.AddMinutes(4 * i), seconds: 240, device: "kitchen");
            host.Play("family", $"away {i}", Day.AddMinutes(4 * i), seconds: 240, device: "phone");
        }

        // A radio play, at three times the speed.
        for (var i = 1; i <= 20; i++) host.Play("hurried", $"episode {i}", Day.AddHours(i), seconds: 18_000, type: "episode");
        // A device name that many listeners have, and the speaker of an office.
        for (var i = 0; i < 400; i++)
            host.Play($"stranger {i % 80}", $"any {i % 300}", Day.AddMinutes(i), seconds: 200, device: "Living room");
        for (var i = 0; i < 120; i++)
            host.Play($"colleague {i % 12}", $"hit {i % 60}", Day.AddMinutes(4 * i), seconds: 200, device: "office");
        await host.FlushAsync();

        var result = await host.CallAsync(PlayMarksFunction.Path);
        Assert.Equal((0, 0), (result["marks"]!.GetValue<int>(), result["suspects"]!.GetValue<int>()));
        Assert.Empty(await RulesAsync());
    }

    [Fact]
    public async Task Listeners_who_play_more_than_fits_in_a_day_are_marked()
    {
        for (var i = 0; i < 24 * 4 * 20; i++) host.Play("bot", $"{i}", Day.AddSeconds(45 * i), seconds: 180);
        host.Play("bot", "talk", Day.AddHours(1), seconds: 180, type: "episode");
        host.Play("ada", "a", Day.AddHours(1), seconds: 180);
        await host.FlushAsync();
        await host.CallAsync(PlayMarksFunction.Path);
        Assert.Equal([("bot", "hours_per_day", 1920)], await RulesAsync());
    }

    [Fact]
    public async Task Hours_with_more_plays_than_fit_in_are_marked()
    {
        for (var i = 0; i < 201; i++) host.Play("bot", $"{i}", Day.AddHours(3).AddSeconds(17 * i), seconds: 31, duration: 60);
        host.Play("bot", "a", Day.AddHours(3), seconds: 20, duration: 60);
        host.Play("bot", "a", Day.AddHours(5), seconds: 60);
        await host.FlushAsync();
        await host.CallAsync(PlayMarksFunction.Path);
        Assert.Equal([("bot", "plays_per_hour", 201)], await RulesAsync());
    }

    [Fact]
    public async Task Plays_that_end_as_soon_as_they_count_are_marked_if_they_are_repeated()
    {
        for (var i = 0; i < 31; i++) host.Play("bot", "a", Day.AddMinutes(i), seconds: 31, duration: 180);
        host.Play("bot", "a", Day.AddHours(2), seconds: 180);
        host.Play("bot", "b", Day.AddHours(2), seconds: 31, duration: 180);
        var artist = WarehouseHost.Id("artist");
        for (var i = 0; i < 101; i++) host.Play("sly bot", $"{i}", Day.AddMinutes(2 * i), seconds: 34, duration: 180, artists: artist);
        await host.FlushAsync();
        await host.CallAsync(PlayMarksFunction.Path);
        Assert.Equal([("bot", "short_plays_of_track", 31), ("sly bot", "short_plays_of_artist", 101)], await RulesAsync());
    }

    [Fact]
    public async Task Devices_whose_many_listeners_play_the_same_tracks_are_marked()
    {
        for (var i = 0; i < 220; i++) host.Play($"bot {i % 11}", $"{i % 20}", Day.AddMinutes(i), seconds: 60, device: "farm");
        host.Play("bot 1", "a", Day.AddHours(1), seconds: 60, device: "other");
        await host.FlushAsync();
        await host.CallAsync(PlayMarksFunction.Path);
        Assert.Equal(
            Enumerable.Range(0, 11).Select(i => ($"bot {i}", "listeners_of_device", 20)).Order(), (await RulesAsync()).Order());
    }

    [Fact]
    public async Task Plays_are_marked_once_and_later_ones_are_added()
    {
        for (var i = 0; i < 31; i++) host.Play("bot", "a", Day.AddMinutes(i), seconds: 31, duration: 180, id: $"{i}");
        for (var i = 0; i < 31; i++) host.Play("bot", "a", Day.AddMinutes(i), seconds: 31, duration: 180, id: $"{i}");
        await host.FlushAsync();
        Assert.Equal(31, (await host.CallAsync(PlayMarksFunction.Path))["marks"]!.GetValue<int>());
        Assert.Equal(0, (await host.CallAsync(PlayMarksFunction.Path))["marks"]!.GetValue<int>());

        host.Play("bot", "a", Day.AddHours(1), seconds: 31, duration: 180);
        await host.FlushAsync();
        Assert.Equal(1, (await host.CallAsync(PlayMarksFunction.Path))["marks"]!.GetValue<int>());
        Assert.Empty(await host.QueryAsync("SELECT event_id FROM valid_plays WHERE date = '2026-12-01'"));
        Assert.Equal(32, (await host.QueryAsync("SELECT event_id FROM plays_once WHERE date = '2026-12-01'")).Count);
    }

    [Fact]
    public async Task Listeners_with_many_marks_are_suspect_for_a_while()
    {
        await AddListenerAsync("bot");
        await AddListenerAsync("ada");
        for (var i = 0; i < 60; i++) host.Play("bot", "a", Day.AddMinutes(i), seconds: 31, duration: 180);
        for (var i = 0; i < 40; i++) host.Play("ada", "a", Day.AddMinutes(i), seconds: 31, duration: 180);
        for (var i = 0; i < 60; i++) host.Play("erased", "a", Day.AddMinutes(i), seconds: 31, duration: 180);
        await host.FlushAsync();

        Assert.Equal(1, (await host.CallAsync(PlayMarksFunction.Path))["suspects"]!.GetValue<int>());
        Assert.Equal((host.Clock.Now.AddDays(7), "short_plays_of_track"), await SuspectAsync("bot"));
        Assert.Equal((null, null), await SuspectAsync("ada"));
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await host.CallAsync(PlayMarksFunction.Path))["suspects"]!.GetValue<int>());
    }

    private async Task<List<(string Listener, string Rule, int Plays)>> RulesAsync()
    {
        string[] names = ["bot", "sly bot", .. Enumerable.Range(0, 11).Select(i => $"bot {i}")];
        var listeners = names.ToDictionary(WarehouseHost.Id);
        return
        [
            .. (await host.QueryAsync(
                    "SELECT listener_id, rule, COUNT(*) AS plays FROM play_marks GROUP BY listener_id, rule ORDER BY plays"))
                .Select(row => (listeners.GetValueOrDefault(row.String("listener_id"), "?"), row.String("rule"), row.Int32("plays"))),
        ];
    }

    private Task AddListenerAsync(string name) => host.Database.CommitAsync(
        [
            new User(name, name, null, "SE", Product.Premium, false, false, null, DateTimeOffset.UnixEpoch).Insert(),
            Mutation.Insert(Schema.Current.Table("Listeners"), ("UserId", name), ("ListenerId", WarehouseHost.Id(name))),
        ],
        default);

    private async Task<(DateTimeOffset?, string?)> SuspectAsync(string name)
    {
        var row = (await host.Database.ReadAsync(Schema.Current.Table("Listeners"), new Key(name), null, default))!;
        return (row.TimestampOrNull("SuspectUntil"), row.StringOrNull("SuspectRule"));
    }
}
