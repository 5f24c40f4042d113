using Spotify.Player;

namespace Spotify.Domain.Tests.Player.Model;

/// <summary>The conditions that hold for every state.</summary>
internal static class Invariants
{
    /// <summary>Throws if a condition does not hold.</summary>
    public static void Hold(PlayerState state)
    {
        Assert.InRange(state.Devices.Count, 0, PlayerLimits.MaxDevices);
        Assert.InRange(state.Previous.Count, 0, PlayerLimits.MaxPrevious);
        Assert.InRange(state.Queue.Count, 0, PlayerLimits.MaxQueueAfterBack);
        Assert.InRange(state.Next.Count, 0, PlayerLimits.MaxNextAfterBack);
        Assert.InRange(state.List.Count, 0, PlayerLimits.MaxUris);
        Assert.InRange(state.Commands.Count, 0, PlayerLimits.MaxCommands);
        Assert.InRange(state.Skips.Count, 0, PlayerLimits.MaxSkips);
        Assert.InRange(state.Position.Ms, 0, state.Item?.DurationMs ?? 0);
        Assert.Equal(state.Devices.Count, state.Devices.DistinctBy(device => device.Id).Count());
        Assert.All(state.Devices, device => Assert.InRange(device.Volume ?? 0, 0, 100));
        Assert.All(state.Commands, command => Assert.Contains(state.Devices, device => device.Id == command.DeviceId));
        if (state.ActiveDeviceId is { } active) Assert.Contains(state.Devices, device => device.Id == active);
        if (state.Position.IsPlaying) Assert.True(state.Item is not null && state.ActiveDeviceId is not null);
        if (state.EndedAt is not null) Assert.False(state.Position.IsPlaying);
        if (state.Context is not null) Assert.Empty(state.List);

        var uids = state.Previous.Concat(state.Queue).Concat(state.Next).Concat(state.Item is { } item ? [item] : []).ToList();
        Assert.Equal(uids.Count, uids.DistinctBy(other => other.Uid).Count());
        Assert.All(uids, other => Assert.True(!long.TryParse(other.Uid, out var number) || number < state.NextUid));
        Assert.All(uids, other => Assert.True(other.DurationMs >= 0));
    }
}
