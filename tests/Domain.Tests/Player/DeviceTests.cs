using Spotify.Player;

namespace Spotify.Domain.Tests.Player;

/// <summary>Registrations, leases, commands and reports.</summary>
public sealed class DeviceTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    private static readonly PlayerState Playing = PlayerState.Empty.Register(Device("d1")).Register(Device("d2"))
        .Activate("d1", null, Now)
        .Start(PlayStart.OfList([new ContextItem("", "u0", 100_000), new ContextItem("", "u1", 100_000)]), Now);

    [Fact]
    public void A_device_that_comes_again_is_written_only_when_it_differs_or_half_of_its_lease_has_gone()
    {
        var state = PlayerState.Empty.Register(Device("d1"));
        Assert.Same(state, state.Register(Device("d1", after: 7)));
        Assert.NotSame(state, state.Register(Device("d1", after: 8)));
        Assert.Equal("New", state.Register(Device("d1") with { Name = "New" }).Devices.Single().Name);
        Assert.NotSame(state, state.Register(Device("d1") with { Codecs = ["flac"] }));
        Assert.Same(state, state.Renew("d1", Lease, Now.AddMinutes(7)));
        Assert.Equal(Now.AddMinutes(22), state.Renew("d1", Lease, Now.AddMinutes(7), always: true).Devices.Single().LeaseEndsAt);
        Assert.Equal(Now.AddMinutes(23), state.Renew("d1", Lease, Now.AddMinutes(8)).Devices.Single().LeaseEndsAt);
    }

    [Fact]
    public void A_lease_that_has_ended_is_not_renewed()
    {
        var state = PlayerState.Empty.Register(Device("d1"));
        Assert.Same(state, state.Renew("d1", Lease, Now + Lease));
        Assert.Null(state.Device("d1", Now + Lease));
        Assert.NotNull(state.Device("d1", Now + Lease - TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void A_shortened_lease_is_restored_by_the_next_request()
    {
        var state = PlayerState.Empty.Register(Device("d1")).ShortenLease("d1", TimeSpan.FromSeconds(30), Now);
        Assert.Equal(Now.AddSeconds(30), state.Devices.Single().LeaseEndsAt);
        Assert.Equal(Now + Lease, state.Renew("d1", Lease, Now).Devices.Single().LeaseEndsAt);
        Assert.Same(state, state.ShortenLease("d1", TimeSpan.FromMinutes(1), Now));
    }

    [Fact]
    public void A_device_too_many_takes_the_place_of_the_one_seen_least_recently_but_not_of_the_active_one()
    {
        var state = Enumerable.Range(0, PlayerLimits.MaxDevices).Aggregate(
            PlayerState.Empty, (left, i) => left.Register(Device($"d{i}", after: i / 10.0)));
        state = state.Activate("d0", null, Now.AddMinutes(2)).Register(Device("new", after: 2));
        Assert.Equal(PlayerLimits.MaxDevices, state.Devices.Count);
        Assert.Equal(["d0", "d2"], state.Devices.Take(2).Select(device => device.Id));
        Assert.Equal("new", state.Devices[^1].Id);
    }

    [Fact]
    public void A_device_whose_volume_cannot_be_set_has_none()
    {
        var state = PlayerState.Empty.Register(Device("d1") with { Volume = null }).Register(Device("d2") with { Volume = 700 });
        Assert.Same(state, state.SetVolume("d1", 5));
        Assert.Same(state, state.SetVolume("unknown", 5));
        Assert.Equal([null, 100], state.Devices.Select(device => device.Volume));
        Assert.Equal(0, state.SetVolume("d2", -4).Devices[1].Volume);
    }

    [Fact]
    public void Commands_wait_for_their_device()
    {
        var state = Playing.With(Command(3, "d1", "seek")).With(Command(4, "d2", "volume")).With(Command(5, "d1", "pause"))
            .With(Command(6, "d1", "seek")).With(Command(7, "unknown", "pause"));
        Assert.Equal([(4, "volume"), (5, "pause"), (6, "seek")], state.Commands.Select(command => (command.Revision, command.Type)));
        Assert.Equal([4, 6], state.Acknowledge("d1", 5).Commands.Select(command => command.Revision));
        Assert.Same(state, state.Acknowledge("d1", 4));
        Assert.Equal([4], state.Leave("d1", Now).Commands.Select(command => command.Revision));
    }

    [Fact]
    public void A_device_that_moves_playback_itself_has_no_commands_that_move_it()
    {
        var state = Playing.With(Command(3, "d1", DeviceCommand.Stop)).With(Command(4, "d1", DeviceCommand.Volume))
            .With(Command(5, "d1", DeviceCommand.Seek)).With(Command(6, "d2", DeviceCommand.Stop));
        var own = state.WithoutMoves("d1");
        Assert.Equal([4, 6], own.Commands.Select(command => command.Revision));
        Assert.Same(own, own.WithoutMoves("d1"));
    }

    [Fact]
    public void A_device_that_is_activated_is_not_to_stop()
    {
        var state = Playing.With(Command(3, "d2", DeviceCommand.Stop)).With(Command(4, "d2", DeviceCommand.Volume));
        Assert.Equal([4], state.Activate("d2", null, Now).Commands.Select(command => command.Revision));
    }

    [Fact]
    public void The_active_device_sets_the_position_beyond_the_drift()
    {
        var later = Now.AddSeconds(10);
        Assert.Same(Playing, Playing.Report(Report("d1") with { PositionMs = 8501 }, later));
        Assert.Equal(8500, Playing.Report(Report("d1") with { PositionMs = 8500 }, later).PositionAt(later));
        var paused = Playing.Report(Report("d1") with { PositionMs = 9999, IsPlaying = false }, later);
        Assert.Equal((9999L, false), (paused.PositionAt(later), paused.IsPlayingAt(later)));
        Assert.Equal(100_000, Playing.Report(Report("d1") with { PositionMs = long.MaxValue }, later).PositionAt(later));
    }

    [Fact]
    public void Other_devices_items_and_sessions_do_not_count()
    {
        Assert.Same(Playing, Playing.Report(Report("d2") with { PositionMs = 50_000, Ended = true }, Now));
        Assert.Same(Playing, Playing.Report(Report("d1") with { Uid = "77", PositionMs = 50_000, Ended = true }, Now));
        Assert.Same(Playing, Playing.Report(Report("d1") with { Uid = null, Ended = true }, Now));
        Assert.Same(Playing, Playing.Report(Report("unknown") with { Volume = 3 }, Now));
        Assert.Same(Playing, Playing.Report(Report("d1") with { Volume = 3 }, Now + Lease));
    }

    [Fact]
    public void An_end_counts_once_even_if_the_item_is_repeated()
    {
        var state = Playing.SetRepeat(RepeatMode.Track);
        var report = Report("d1") with { Ended = true };
        var again = state.Report(report, Now.AddSeconds(100));
        Assert.Equal((state.Item!.Uri, 0L), (again.Item!.Uri, again.PositionAt(Now.AddSeconds(100))));
        Assert.Same(again, again.Report(report, Now.AddSeconds(101)));
    }

    [Fact]
    public void A_late_end_of_an_item_does_not_count_when_the_item_is_played_again()
    {
        var report = Report("d1") with { Ended = true };
        var next = Playing.Report(report, Now.AddSeconds(100));
        var back = next.Back(Now.AddSeconds(101)).State;
        Assert.Equal(Playing.Item!.Uri, back.Item!.Uri);
        Assert.Same(back, back.Report(report, Now.AddSeconds(101)));

        var again = back.Advance(AdvanceReason.Skipped, Now.AddSeconds(102)).State;
        Assert.Equal(next.Item!.Uri, again.Item!.Uri);
        Assert.Same(again, again.Report(report with { Uid = next.Item.Uid }, Now.AddSeconds(102)));
    }

    [Fact]
    public void A_command_that_the_device_has_not_seen_takes_precedence()
    {
        var state = Playing.Seek(40_000, Now).With(Command(5, "d1", DeviceCommand.Seek)).With(Command(6, "d1", DeviceCommand.Volume))
            .SetVolume("d1", 10);
        var report = Report("d1") with { PositionMs = 100, IsPlaying = false, Volume = 90 };
        Assert.Same(state, state.Report(report with { Revision = 4 }, Now));
        Assert.Same(state, state.Report(report with { Revision = null }, Now));
        Assert.Same(state, state.Report(report with { Revision = 4, Ended = true }, Now));

        var seen = state.Report(report with { Revision = 5 }, Now);
        Assert.Equal((100L, false, 10), (seen.PositionAt(Now), seen.IsPlayingAt(Now), seen.Devices[0].Volume));
        Assert.Equal([6], seen.Commands.Select(command => command.Revision));
        Assert.Equal(90, state.Report(report with { Revision = 6 }, Now).Devices[0].Volume);
    }

    private static DeviceReport Report(string id) => new(id) { Uid = Playing.Item!.Uid };

    private static DeviceCommand Command(long revision, string id, string type) => new(revision, id, type, Now);

    private static PlayerDevice Device(string id, double after = 0) =>
        new(id, "app", id, "computer", 50, Now.AddMinutes(after), Now.AddMinutes(after) + Lease);
}
