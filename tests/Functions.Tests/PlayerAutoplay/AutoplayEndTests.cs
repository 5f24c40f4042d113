using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Player;
using static Spotify.Functions.Tests.Recommendations.PlantedMusic;

namespace Spotify.Functions.Tests.PlayerAutoplay;

/// <summary>Tests of radios that come after playback has ended, and of radios that go on.</summary>
public sealed class AutoplayEndTests : IAsyncLifetime
{
    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private LocalServer server = null!;
    private AutoplayBench bench = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.UseClock(clock));
        await server.WriteAsync(Mutations);
        bench = new AutoplayBench(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(119, true)]
    [InlineData(120, false)]
    public async Task A_radio_that_comes_soon_after_the_end_begins(int seconds, bool begins)
    {
        using var listener = await server.SignInAsync("ended");
        var state = await bench.RequestAsync("ended", "list", listener);
        var now = clock.GetUtcNow();
        var last = state.Register(new PlayerDevice("phone", "app", "Phone", "computer", 50, now, now.AddMinutes(15)))
            .Activate("phone", true, now);
        last = last.Report(new DeviceReport("phone") { Uid = last.Item!.Uid, Ended = true }, now);
        await WriteAsync("ended", last);
        clock.Advance(TimeSpan.FromSeconds(seconds));

        await bench.SendAsync("ended", last.AutoplayUid!);

        var (revision, after) = await bench.ReadAsync("ended");
        Assert.Equal(
            (AutoplayState.Done, begins, begins ? ItemSource.Autoplay : ItemSource.Context, begins ? 19 : 20),
            (after.Autoplay, after.IsPlayingAt(clock.GetUtcNow()), after.Item!.Source, after.Next.Count));
        Assert.Equal(
            begins ? [("phone", DeviceCommand.Next, revision)] : [],
            after.Commands.Select(command => (command.DeviceId, command.Type, command.Revision)));
    }

    [Fact]
    public async Task A_radio_goes_on_near_to_the_current_track_until_there_are_no_more_tracks()
    {
        using var listener = await server.SignInAsync("endless");
        var state = await bench.RequestAsync("endless", "album", listener);
        var hit = new ContextItem("", $"spotify:track:{Hit(0).Id}", Hit(0).DurationMs);
        state = state.WithAutoplay(state.AutoplayUid!, [hit], clock.GetUtcNow(), 2);
        while (state.Item!.Source != ItemSource.Autoplay) state = state.Advance(AdvanceReason.Skipped, clock.GetUtcNow()).State;
        state = state.RequestAutoplay();
        await WriteAsync("endless", state);

        await bench.SendAsync("endless", state.AutoplayUid!);

        var (_, after) = await bench.ReadAsync("endless");
        Assert.Equal((AutoplayState.Done, PlayerLimits.MaxAutoplay), (after.Autoplay, after.Next.Count));
        Assert.NotEqual("folk", Genre(Hit(0).Id));
        Assert.InRange(after.Next.Count(item => Genre(item.Uri.Split(':')[2]) == Genre(Hit(0).Id)), 15, 20);
        Assert.DoesNotContain(after.Next, item => item.Uri == hit.Uri);
    }

    private async Task WriteAsync(string user, PlayerState state)
    {
        var document = (await bench.States.ReadAsync(user, default))!;
        var revision = document.Revision + 1;
        Assert.True(await bench.States.TryWriteAsync(
            user, document, new PlayerDocument(revision, PlayerStateJson.Serialize(state, revision)), default));
    }
}
