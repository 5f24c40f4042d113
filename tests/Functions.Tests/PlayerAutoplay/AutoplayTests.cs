using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.PlayerAutoplay;
using Spotify.Functions.Tests.Recommendations;
using Spotify.Local.Identity;
using Spotify.Player;
using static Spotify.Functions.Tests.Recommendations.PlantedMusic;

namespace Spotify.Functions.Tests.PlayerAutoplay;

/// <summary>Tests of the radio at the end of a context, with and without a model.</summary>
public abstract class AutoplayContract(PlantedFixture fixture)
{
    private readonly AutoplayBench bench = new(fixture.Server);

    private LocalServer Server => fixture.Server;

    [Theory]
    [InlineData("album")]
    [InlineData("artist")]
    [InlineData("list")]
    [InlineData("collection")]
    public async Task A_request_is_answered_with_tracks_near_to_the_context(string kind)
    {
        using var listener = await Server.SignInAsync("end-of-" + kind);
        var state = await bench.RequestAsync("end-of-" + kind, kind, listener);
        var queue = new AutoplayQueue(Server.Services.GetRequiredService<ITaskQueue>());
        await queue.RequestAsync("end-of-" + kind, "SE", state, default);
        var (revision, after) = await bench.AnsweredAsync("end-of-" + kind);
        Assert.Equal((2, AutoplayState.Done), (revision, after.Autoplay));
        var radio = after.Next.Where(item => item.Source == ItemSource.Autoplay).ToList();
        Assert.Equal(PlayerLimits.MaxAutoplay, radio.Count);
        Assert.Equal(after.Next.TakeLast(radio.Count), radio);
        Assert.Equal(radio.Count, radio.Select(item => item.Uri).Distinct().Count());
        Assert.Equal(after.NextUid - 1, long.Parse(radio[^1].Uid, System.Globalization.CultureInfo.InvariantCulture));
        var played = state.Previous.Concat(state.Next).Append(state.Item!).Select(item => item.Uri).ToList();
        Assert.All(radio, item =>
        {
            Assert.DoesNotContain(item.Uri, played);
            Assert.True(SpotifyUri.TryParse(item.Uri, out var uri));
            Assert.Equal(Track(uri.Id).DurationMs, item.DurationMs);
            Assert.True(Track(uri.Id).Rights.Markets.Contains("SE"));
        });
        Assert.InRange(radio.Count(item => Genre(item.Uri.Split(':')[2]) == "folk"), 15, 20);
    }

    [Fact]
    public async Task A_repeated_task_changes_nothing()
    {
        using var listener = await Server.SignInAsync("twice");
        var state = await bench.RequestAsync("twice", "album", listener);
        await bench.SendAsync("twice", state.AutoplayUid!);
        var (revision, once) = await bench.ReadAsync("twice");
        Assert.Equal((2, AutoplayState.Done), (revision, once.Autoplay));
        await bench.SendAsync("twice", state.AutoplayUid!);
        var (same, again) = await bench.ReadAsync("twice");
        Assert.Equal((revision, once.NextUid), (same, again.NextUid));
    }

    [Fact]
    public async Task A_listener_who_has_moved_on_gets_no_radio()
    {
        using var listener = await Server.SignInAsync("restless");
        var state = await bench.RequestAsync("restless", "album", listener);
        await bench.SendAsync("restless", "999");
        Assert.Equal(1, (await bench.ReadAsync("restless")).Revision);

        var document = await bench.States.ReadAsync("restless", default);
        var other = AutoplayBench.Album(Hit(2).ParentId);
        var window = await bench.Contexts.StartAsync(AutoplayBench.ListenerOf("restless"), other, null, null, default);
        var moved = state.Start(new PlayStart(other, window!), AutoplayBench.Now);
        await bench.States.TryWriteAsync("restless", document, new PlayerDocument(2, PlayerStateJson.Serialize(moved, 2)), default);
        await bench.SendAsync("restless", state.AutoplayUid!);
        var (revision, after) = await bench.ReadAsync("restless");
        Assert.Equal((2, AutoplayState.None), (revision, after.Autoplay));
        Assert.DoesNotContain(after.Next, item => item.Source == ItemSource.Autoplay);

        // A listener whose document was deleted.
        await bench.SendAsync("nobody", "1");
        Assert.Null(await bench.States.ReadAsync("nobody", default));
    }

    [Fact]
    public async Task A_listener_without_a_row_gets_the_radio_of_the_market()
    {
        var state = await bench.RequestAsync("unseen", "album", null);
        await bench.SendAsync("unseen", state.AutoplayUid!);
        var (_, after) = await bench.ReadAsync("unseen");
        Assert.Equal(AutoplayState.Done, after.Autoplay);
        Assert.Contains(after.Next, item => item.Source == ItemSource.Autoplay);
    }

    [Fact]
    public async Task A_request_without_tracks_is_answered()
    {
        var state = await bench.RequestAsync("nowhere", "missing", null);
        await bench.SendAsync("nowhere", state.AutoplayUid!);
        var (_, after) = await bench.ReadAsync("nowhere");
        Assert.Equal(AutoplayState.Exhausted, after.Autoplay);
        Assert.Empty(after.Next);
    }

    [Fact]
    public async Task Tasks_are_for_the_queue_only_and_need_a_body()
    {
        using var strangers = await Server.Http.PostAsync("/tasks/player-autoplay", AutoplayBench.Json("""{"user_id":"ada"}"""));
        Assert.Equal(HttpStatusCode.Forbidden, strangers.StatusCode);
        using var body = await bench.PostAsync("""{"user_id":"ada"}""");
        Assert.Equal(HttpStatusCode.NoContent, body.StatusCode);
    }
}

/// <summary>Tests of the radio with a model.</summary>
public sealed class AutoplayTests(PlantedFixture fixture) : AutoplayContract(fixture), IClassFixture<PlantedFixture>;

/// <summary>Tests of the radio without a model: popular tracks of the seed's artists and genres.</summary>
public sealed class UntrainedAutoplayTests(UntrainedFixture fixture) : AutoplayContract(fixture), IClassFixture<UntrainedFixture>;
