using Spotify.Player;

namespace Spotify.Domain.Tests.Player;

/// <summary>Positions, leases and the cases that random commands seldom reach.</summary>
public sealed class PlaybackTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    private static readonly PlayerState Playing = With("a", "b", "c");

    [Fact]
    public void The_position_follows_the_clock_up_to_the_duration()
    {
        Assert.Equal(0, Playing.PositionAt(Now));
        Assert.Equal(1500, Playing.PositionAt(Now.AddMilliseconds(1500)));
        Assert.Equal(100_000, Playing.PositionAt(Now.AddMinutes(10)));
    }

    [Fact]
    public void The_position_does_not_go_back_with_the_clock()
    {
        var sought = Playing.Seek(5000, Now);
        Assert.Equal(5000, sought.PositionAt(Now.AddHours(-1)));
        Assert.Equal(5000, sought.Pause(Now.AddHours(-1)).PositionAt(Now.AddHours(1)));
        Assert.Equal(5000, sought.PositionAt(DateTimeOffset.MinValue));
    }

    [Fact]
    public void Playback_stops_when_the_lease_of_the_active_device_ends()
    {
        var state = Playing.ShortenLease("d1", TimeSpan.FromSeconds(30), Now);
        var later = Now.AddMinutes(1);
        Assert.Equal((30_000L, false, null), (state.PositionAt(later), state.IsPlayingAt(later), state.ActiveDevice(later)));
        var settled = state.WithoutExpired(later);
        Assert.Equal(new PlayerPosition(Now.AddSeconds(30), 30_000, false), settled.Position);
        Assert.Null(settled.ActiveDeviceId);
        Assert.Empty(settled.Devices);
        Assert.Equal(30_000, settled.PositionAt(later));
    }

    [Fact]
    public void A_device_that_takes_over_after_the_lease_continues_where_playback_stopped()
    {
        var state = Playing.Register(Device("d2", 5)).ShortenLease("d1", TimeSpan.FromSeconds(30), Now);
        var later = Now.AddMinutes(1);
        Assert.False(state.Activate("d2", null, later).IsPlayingAt(later));
        var resumed = state.Activate("d2", true, later);
        Assert.Equal((true, 30_000L, 31_000L), (
            resumed.IsPlayingAt(later), resumed.PositionAt(later), resumed.PositionAt(later.AddSeconds(1))));
    }

    [Fact]
    public void A_transfer_keeps_the_position_and_whether_the_item_plays()
    {
        var later = Now.AddSeconds(7);
        var state = Playing.Register(Device("d2"));
        Assert.Equal(7000, state.Activate("d2", null, later).PositionAt(later));
        Assert.True(state.Activate("d2", false, later).IsPlayingAt(later));
        var paused = state.Pause(later).Activate("d2", null, later);
        Assert.Equal(("d2", false, 7000L), (paused.ActiveDeviceId, paused.IsPlayingAt(later), paused.PositionAt(later)));
    }

    [Fact]
    public void Nothing_plays_without_an_active_device()
    {
        var state = Playing.Leave("d1", Now.AddSeconds(3));
        Assert.Equal((null, 3000L), (state.ActiveDeviceId, state.PositionAt(Now.AddHours(1))));
        Assert.Same(state, state.Resume(Now));
        Assert.Same(state, state.Activate("d1", true, Now));
        Assert.False(state.Advance(AdvanceReason.Skipped, Now).State.Position.IsPlaying);
    }

    [Fact]
    public void An_item_of_unknown_duration_stays_at_0()
    {
        var state = Playing.Start(PlayStart.OfList([new ContextItem("", "spotify:track:x", 0)], positionMs: 500), Now);
        Assert.Equal((0L, true), (state.PositionAt(Now.AddMinutes(1)), state.IsPlayingAt(Now.AddMinutes(1))));
        Assert.Same(state, state.Seek(9, Now));
    }

    [Fact]
    public void Negative_durations_and_positions_are_0()
    {
        var state = Playing.Start(PlayStart.OfList([new ContextItem("", "spotify:track:x", -7)], positionMs: long.MinValue), Now);
        Assert.Equal((0L, 0L), (state.Item!.DurationMs, state.PositionAt(Now)));
        Assert.Equal(0, Playing.Enqueue("spotify:track:y", -1).Queue.Single().DurationMs);
        Assert.Equal(0, Playing.Seek(10, Now).Seek(long.MinValue, Now).PositionAt(Now));
        Assert.Equal(100_000, Playing.Seek(long.MaxValue, Now).PositionAt(Now));
    }

    [Fact]
    public void A_start_keeps_the_queue_and_the_repeat_mode_and_ends_the_former_context()
    {
        var state = Playing.Enqueue("spotify:track:q", 1).SetRepeat(RepeatMode.Track).Advance(AdvanceReason.Skipped, Now).State
            .Enqueue("spotify:track:r", 1);
        var started = state.Start(new PlayStart(new PlayContext("spotify:album:x", "album"), new ContextWindow(
            [new ContextItem("k1", "spotify:track:1", 5)], new ContextItem("k2", "spotify:track:2", 5), [], true)), Now);
        Assert.Equal((RepeatMode.Track, "spotify:track:r", "spotify:track:1"), (
            started.Repeat, started.Queue.Single().Uri, started.Previous.Single().Uri));
        Assert.Empty(started.List);
        Assert.Same(state, state.Start(new PlayStart(null, ContextWindow.Empty), Now));
    }

    [Fact]
    public void A_list_is_cut_and_played_to_its_end()
    {
        var uris = Enumerable.Range(0, 600).Select(i => $"u{i}").ToArray();
        var state = With(uris);
        for (var i = 0; i < PlayerLimits.MaxUris; i++)
        {
            Assert.Equal(uris[i], state.Item!.Uri);
            (state, var moved) = state.Advance(AdvanceReason.Ended, Now);
            Assert.Equal(i < PlayerLimits.MaxUris - 1, moved);
        }

        Assert.Equal(("u499", 0L, false), (state.Item!.Uri, state.PositionAt(Now), state.IsPlayingAt(Now)));
        Assert.Same(state, state.Advance(AdvanceReason.Skipped, Now).State);
        Assert.Same(state, state.Advance(AdvanceReason.Ended, Now).State);
    }

    [Fact]
    public void Going_back_with_a_full_queue_loses_nothing()
    {
        var state = Playing;
        for (var i = 0; i < 51; i++) state = state.Enqueue($"spotify:track:q{i}", 5).Advance(AdvanceReason.Skipped, Now).State;
        for (var i = 51; i < 51 + PlayerLimits.MaxQueue; i++) state = state.Enqueue($"spotify:track:q{i}", 5);
        for (var i = 0; i < PlayerLimits.MaxPrevious; i++) state = state.Back(Now).State;
        Assert.Equal(PlayerLimits.MaxQueueAfterBack, state.Queue.Count);
        Assert.Equal(
            Enumerable.Range(0, 251).Select(i => $"spotify:track:q{i}"), state.Queue.Prepend(state.Item!).Select(item => item.Uri));
        Assert.Same(state, state.Enqueue("spotify:track:more", 5));
        Assert.Equivalent(state, PlayerStateJson.Parse(PlayerStateJson.Serialize(state, 1)), strict: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(11)]
    public void A_shuffled_context_plays_each_item_once_and_then_in_another_order(int? offset)
    {
        var list = Enumerable.Range(0, 90).Select(i => new ContextItem("", $"u{i}", 5, $"a{i % 9}")).ToList();
        var state = Playing.Start(PlayStart.OfList(list, offset ?? 0, shuffleSeed: 3), Now).SetRepeat(RepeatMode.Context);
        var rounds = new List<List<string>>();
        for (var round = 0; round < 3; round++)
        {
            rounds.Add([]);
            for (var i = 0; i < list.Count; i++)
            {
                rounds[round].Add(state.Item!.Uri);
                state = state.Advance(AdvanceReason.Ended, Now).State;
            }
        }

        Assert.Equal($"u{offset ?? 0}", rounds[0][0]);
        Assert.All(rounds, round => Assert.Equal(list.Select(item => item.Uri).Order(), round.Order()));
        Assert.Equal(3, rounds.Select(round => string.Join(' ', round)).Distinct().Count());
    }

    [Fact]
    public void A_context_that_is_gone_ends()
    {
        var state = Playing.Start(new PlayStart(new PlayContext("spotify:album:x", "album"), new ContextWindow(
            [], new ContextItem("k", "spotify:track:2", 5), [], true)), Now).SetRepeat(RepeatMode.Context);
        Assert.True(state.NeedsRestart);
        Assert.Equal((false, false), (
            state.Advance(AdvanceReason.Skipped, Now, ContextWindow.Empty).Moved, state.Advance(AdvanceReason.Ended, Now, null).Moved));
    }

    [Fact]
    public void Skips_of_the_last_hour_are_counted()
    {
        var state = PlayerState.Empty;
        for (var minute = 0; minute < 6; minute++)
        {
            Assert.Equal(TimeSpan.Zero, state.UntilSkip(6, Now.AddMinutes(minute)));
            state = state.WithSkip(Now.AddMinutes(minute));
        }

        Assert.Equal(TimeSpan.FromMinutes(55), state.UntilSkip(6, Now.AddMinutes(5)));
        Assert.Equal(TimeSpan.FromMinutes(57), state.UntilSkip(4, Now.AddMinutes(5)));
        Assert.Equal(TimeSpan.Zero, state.UntilSkip(6, Now.AddMinutes(60)));
        Assert.Equal(5, state.WithSkip(Now.AddMinutes(61)).Skips.Count);
        // Times of a clock that was ahead do not block skips.
        Assert.Equal(TimeSpan.Zero, state.UntilSkip(6, Now.AddHours(-1)));
    }

    private static PlayerState With(params string[] uris) => PlayerState.Empty.Register(Device("d1")).Activate("d1", null, Now)
        .Start(PlayStart.OfList([.. uris.Select(uri => new ContextItem("", uri, 100_000))]), Now);

    private static PlayerDevice Device(string id, int minutes = 15) =>
        new(id, "app", id, "computer", 50, Now, Now.AddMinutes(minutes));
}
