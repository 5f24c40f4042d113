using Spotify.Player;

namespace Spotify.Domain.Tests.Player;

/// <summary>The radio at the end of a context: its requests, and its start after the end.</summary>
public sealed class RadioTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    private static readonly PlayerState Requested = PlayerState.Empty.Register(Device("d1")).Activate("d1", null, Now)
        .Start(PlayStart.OfList(Tracks("a", 1)), Now).RequestAutoplay();

    private static readonly PlayerState Ended = Requested.Report(End(Requested), Now);

    [Fact]
    public void The_radio_goes_on_when_few_of_its_items_are_left()
    {
        var state = Answer(Requested, Tracks("r", 20), Now);
        Assert.False(state.WantsAutoplay);
        for (var played = 1; played <= 15; played++)
        {
            state = state.Advance(AdvanceReason.Ended, Now).State;
            Assert.Equal(played == 15, state.WantsAutoplay);
        }

        var again = state.RequestAutoplay();
        Assert.NotEqual(state.AutoplayUid, again.AutoplayUid);
        Assert.False(again.WantsAutoplay);
        again = Answer(again, Tracks("s", 20), Now);
        Assert.Equal((25, false), (again.Next.Count, again.WantsAutoplay));
    }

    [Fact]
    public void An_answer_without_items_ends_the_radio()
    {
        var state = Answer(Requested, Tracks("r", 3), Now).Advance(AdvanceReason.Ended, Now).State;
        Assert.True(state.WantsAutoplay);
        state = Answer(state.RequestAutoplay(), [], Now);
        Assert.Equal(AutoplayState.Exhausted, state.Autoplay);
        for (var i = 0; i < 3; i++) state = state.Advance(AdvanceReason.Ended, Now).State;
        Assert.False(state.WantsAutoplay);
        Assert.True(state.Start(PlayStart.OfList(Tracks("b", 1)), Now).WantsAutoplay);
    }

    [Fact]
    public void A_short_radio_is_continued_when_it_has_begun_and_not_while_the_context_plays()
    {
        var state = Answer(Requested, Tracks("r", 2), Now);
        Assert.False(state.WantsAutoplay);
        Assert.True(state.Advance(AdvanceReason.Skipped, Now).State.WantsAutoplay);
    }

    [Fact]
    public void A_radio_that_comes_soon_after_the_end_begins()
    {
        var later = Now.AddSeconds(119);
        Assert.Equal(Now, Ended.EndedAt);

        var state = Answer(Ended, Tracks("r", 20), later, revision: 9);

        Assert.Equal((Uri("r", 0), 0L, true, null), (
            state.Item!.Uri, state.PositionAt(later), state.IsPlayingAt(later), state.EndedAt));
        Assert.Equal(19, state.Next.Count);
        Assert.Equal(Uri("a", 0), state.Previous[^1].Uri);
        Assert.Equal([new DeviceCommand(9, "d1", DeviceCommand.Next, later)], state.Commands);
    }

    [Fact]
    public void A_radio_that_comes_late_waits()
    {
        AssertWaits(Ended, Now.AddMinutes(2));
        AssertWaits(Ended.ShortenLease("d1", TimeSpan.FromSeconds(30), Now), Now.AddSeconds(30));
        AssertWaits(Ended.Leave("d1", Now), Now);
        Assert.Null(Answer(Ended, [], Now).Next.FirstOrDefault());
        Assert.Empty(Answer(Ended, [], Now).Commands);
    }

    [Fact]
    public void A_radio_does_not_begin_if_playback_did_not_end_by_itself()
    {
        AssertWaits(Requested, Now);
        AssertWaits(Requested.Pause(Now), Now);
        AssertWaits(Ended.Resume(Now).Pause(Now), Now);
        AssertWaits(Ended.Seek(5, Now), Now);
        AssertWaits(Ended with { EndedAt = null }, Now);
    }

    [Fact]
    public void The_end_of_playback_is_in_the_JSON()
    {
        Assert.Equal(Now, PlayerStateJson.Parse(PlayerStateJson.Serialize(Ended, 3)).EndedAt);
        Assert.Contains("\"ended_at\":1800000000000", PlayerStateJson.Serialize(Ended, 3), StringComparison.Ordinal);
        Assert.DoesNotContain("ended_at", PlayerStateJson.Serialize(Requested, 3), StringComparison.Ordinal);
        // A state that plays has not ended.
        Assert.Null(PlayerStateJson.Parse(PlayerStateJson.Serialize(Requested with { EndedAt = Now }, 3)).EndedAt);
    }

    private static void AssertWaits(PlayerState state, DateTimeOffset now)
    {
        var answered = Answer(state, Tracks("r", 20), now);
        Assert.Equal((state.Item!.Uid, state.IsPlayingAt(now)), (answered.Item!.Uid, answered.IsPlayingAt(now)));
        Assert.Equal(20, answered.Next.Count);
        Assert.Empty(answered.Commands);
    }

    private static PlayerState Answer(PlayerState state, IReadOnlyList<ContextItem> items, DateTimeOffset now, long revision = 2) =>
        state.WithAutoplay(state.AutoplayUid!, items, now, revision);

    private static DeviceReport End(PlayerState state) => new("d1") { Uid = state.Item!.Uid, Ended = true };

    private static IReadOnlyList<ContextItem> Tracks(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ContextItem("", Uri(name, i), 100_000))];

    private static string Uri(string name, int number) => $"spotify:track:0{name}{number:D20}";

    private static PlayerDevice Device(string id) => new(id, "app", id, "computer", 50, Now, Now.AddMinutes(15));
}
