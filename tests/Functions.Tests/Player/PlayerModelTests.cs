using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;

namespace Spotify.Functions.Tests.Player;

/// <summary>Random commands of several devices over HTTP, compared with a simple model after each one.</summary>
public sealed class PlayerModelTests(PlayerModelTests.Host host) : IClassFixture<PlayerModelTests.Host>
{
    private const int Sequences = 40;
    private const long DurationMs = 200_000;

    private static readonly string[] Devices = ["phone", "laptop", "speaker"];
    private static readonly string[] Modes = ["off", "context", "track"];
    private static readonly IReadOnlyList<string> Album = [.. PlayerHost.Tracks.Select(track => track.Uri())];

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (2, Of("play", Album.Count)), (1, Of("resume", 1)), (2, Of("pause", 1)), (8, Of("next", 1)), (4, Of("previous", 1)),
        (3, Of("seek", 250_000)), (2, Of("repeat", Modes.Length)), (3, Of("queue", Album.Count)), (2, Of("transfer", 2)),
        (4, Of("ended", 1)), (4, Of("wait", 60_000)));

    private int users;

    [Fact]
    public void Random_commands_of_three_devices_agree_with_the_model() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithEndSize(60),
        Prop.ForAll(Steps.ListOf().ToArbitrary(), steps => Task.Run(() => RunAsync([.. steps])).GetAwaiter().GetResult()));

    private static Gen<Step> Of(string command, int max) =>
        from device in Gen.Choose(0, Devices.Length - 1)
        from value in Gen.Choose(0, max - 1)
        select new Step(command, Devices[device], value);

    private async Task RunAsync(IReadOnlyList<Step> steps)
    {
        var user = $"model-{users++}";
        var model = new PlayerModel(Album, DurationMs);
        var apps = new Dictionary<string, PlayerApp>(StringComparer.Ordinal);
        foreach (var id in Devices) apps.Add(id, await host.DeviceAsync(user, id));
        foreach (var (i, step) in steps.Index())
        {
            try
            {
                await SendAsync(step, apps[step.Device], model);
                await CompareAsync(apps[step.Device], model);
            }
            catch (Xunit.Sdk.XunitException e)
            {
                Assert.Fail($"{e.Message}\n{string.Join('\n', steps.Take(i + 1))}");
            }
        }

        // All devices read the same end, and each write has a revision of its own.
        var (_, revision) = await host.StateAsync(user);
        var ends = new List<string>();
        foreach (var id in Devices) ends.Add((await apps[id].ReportAsync()).ToJsonString());
        Assert.Single(ends.Distinct());
        Assert.Equal(Enumerable.Range(1, (int)revision).Select(i => (long)i), host.States.Revisions(user));
    }

    private async Task SendAsync(Step step, PlayerApp app, PlayerModel model)
    {
        var value = step.Value;
        switch (step.Command)
        {
            case "wait":
                host.Clock.Advance(TimeSpan.FromMilliseconds(value));
                model.Pass(value);
                return;
            case "ended":
                var (state, revision) = await host.StateAsync(app.User);
                if (state.Item is null) return;
                await app.ReportAsync($$"""{"revision":{{revision}},"uid":"{{state.Item.Uid}}","ended":true}""");
                model.End(app.Id);
                return;
        }

        var (method, path, body, isAllowed) = step.Command switch
        {
            "play" => (
                "PUT", $"/play?device_id={app.Id}",
                $$$"""{"context_uri":"{{{PlayerHost.LongUri}}}","offset":{"position":{{{value}}}}}""", model.Play(app.Id, value)),
            "resume" => ("PUT", "/play", null, model.Resume(null)),
            "pause" => ("PUT", "/pause", null, model.Pause()),
            "next" => ("POST", "/next", null, model.Next()),
            "previous" => ("POST", "/previous", null, model.Previous()),
            "seek" => ("PUT", $"/seek?position_ms={value}", null, model.Seek(value)),
            "repeat" => ("PUT", $"/repeat?state={Modes[value]}", null, model.SetRepeat(Modes[value])),
            "queue" => ("POST", $"/queue?uri={Album[value]}", null, model.Enqueue(Album[value])),
            _ => (
                "PUT", "", $$"""{"device_ids":["{{app.Id}}"],"play":{{(value == 1 ? "true" : "false")}}}""",
                model.Transfer(app.Id, value == 1)),
        };
        using var response = await app.SendAsync(method, path, body);
        Assert.True(
            isAllowed == (response.StatusCode == HttpStatusCode.NoContent),
            $"{step}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        if (!isAllowed) Assert.InRange((int)response.StatusCode, 400, 404);
    }

    private static async Task CompareAsync(PlayerApp app, PlayerModel model)
    {
        var playback = await app.PlaybackAsync();
        Assert.Equal(model.Active, playback?.At("device", "id"));
        if (playback is not null)
        {
            Assert.Equal(
                (model.Item, model.IsPlaying, model.Repeat),
                (playback.At("item", "uri"), playback["is_playing"]!.GetValue<bool>(), playback.At("repeat_state")));
            Assert.Equal(model.Item is null ? null : model.Position, playback["progress_ms"]?.GetValue<long>());
        }

        var queue = await app.GetAsync("GET", "/queue");
        Assert.Equal(model.Item, queue["currently_playing"]?.At("uri"));
        var shown = queue["queue"]!.AsArray().Select(item => item!.At("uri")!).ToList();
        var upcoming = model.Upcoming.ToList();
        Assert.Equal(upcoming.Take(shown.Count), shown);
        Assert.InRange(shown.Count, Math.Min(upcoming.Count, 20), upcoming.Count);
    }

    /// <summary>A command, or a passage of time.</summary>
    public sealed record Step(string Command, string Device, int Value);

    /// <summary>A host whose leases do not end within a test.</summary>
    public sealed class Host : PlayerHost
    {
        protected override void Configure(WebApplicationBuilder builder) => builder.Configuration["Player:DeviceLease"] = "1.00:00:00";
    }
}
