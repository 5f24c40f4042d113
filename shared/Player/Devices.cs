namespace Spotify.Player;

/// <summary>Connected devices and their leases.</summary>
public static class Devices
{
    /// <summary>Returns a device whose lease has not ended; null if there is none with the id.</summary>
    public static PlayerDevice? Device(this PlayerState state, string id, DateTimeOffset now) =>
        state.Devices.FirstOrDefault(device => device.Id == id && device.LeaseEndsAt > now);

    /// <summary>
    /// Adds or replaces a device, as of its <see cref="PlayerDevice.SeenAt"/>. If there are too many, the one that was seen least recently
    /// leaves, but not the active one. Changes nothing if the device is the same and less than half of its lease has gone.
    /// </summary>
    public static PlayerState Register(this PlayerState state, PlayerDevice device)
    {
        var now = device.SeenAt;
        device = device with
        {
            Volume = device.Volume is { } volume ? Math.Clamp(volume, 0, 100) : null,
            SeenAt = now.WholeMs(),
            LeaseEndsAt = device.LeaseEndsAt.WholeMs(),
        };
        state = state.WithoutExpired(now);
        if (state.Device(device.Id, now) is { } before)
            return before.IsSameAs(device) && before.HasHalf(device.LeaseEndsAt - device.SeenAt, now) ? state : state.Replace(device);
        if (state.Devices.Count >= PlayerLimits.MaxDevices)
            state = state.Leave(state.Devices.Where(other => other.Id != state.ActiveDeviceId).MinBy(other => other.SeenAt)!.Id, now);
        return state with { Devices = [.. state.Devices, device] };
    }

    /// <summary>
    /// Renews the lease of a device, if more than half of it has gone. Changes nothing if there is no such device or its lease has ended.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="id">The device.</param>
    /// <param name="lease">The new lease, from now.</param>
    /// <param name="now">The time.</param>
    /// <param name="always">Whether to renew the lease even if less than half of it has gone, because the state is written anyway.</param>
    public static PlayerState Renew(this PlayerState state, string id, TimeSpan lease, DateTimeOffset now, bool always = false) =>
        state.Device(id, now) is not { } device || (!always && device.HasHalf(lease, now))
            ? state
            : state.Replace(device with { SeenAt = now.WholeMs(), LeaseEndsAt = (now + lease).WholeMs() });

    /// <summary>Shortens the lease of a device that has lost its connection. Changes nothing if the lease ends earlier.</summary>
    public static PlayerState ShortenLease(this PlayerState state, string id, TimeSpan lease, DateTimeOffset now) =>
        state.Device(id, now) is { } device && device.LeaseEndsAt > (now + lease).WholeMs()
            ? state.Replace(device with { LeaseEndsAt = (now + lease).WholeMs() })
            : state;

    /// <summary>Removes a device and its commands. If it was active, playback pauses.</summary>
    public static PlayerState Leave(this PlayerState state, string id, DateTimeOffset now)
    {
        if (state.Devices.All(device => device.Id != id)) return state;
        if (state.ActiveDeviceId == id) state = state.Pause(now) with { ActiveDeviceId = null };
        return state with
        {
            Devices = [.. state.Devices.Where(device => device.Id != id)],
            Commands = [.. state.Commands.Where(command => command.DeviceId != id)],
        };
    }

    /// <summary>
    /// Removes the devices whose leases have ended. If the active one is among them, playback is paused as of the end of its lease.
    /// </summary>
    public static PlayerState WithoutExpired(this PlayerState state, DateTimeOffset now) => state.Devices
        .Where(device => device.LeaseEndsAt <= now)
        .Aggregate(state, (left, device) => left.Leave(device.Id, device.LeaseEndsAt));

    /// <summary>
    /// Makes a device the active one, which is then not to stop any more. The item and its position stay. Changes nothing if there is no
    /// such device or its lease has ended.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="id">The device.</param>
    /// <param name="play">Whether to play; null or false to go on or stay paused.</param>
    /// <param name="now">The time.</param>
    public static PlayerState Activate(this PlayerState state, string id, bool? play, DateTimeOffset now)
    {
        if (state.Device(id, now) is null) return state;
        if (state.ActiveDeviceId != id)
        {
            // The lease of the former device limits its playback, not that of the new one.
            if (state.Position.IsPlaying && !state.IsPlayingAt(now)) state = state.Pause(now);
            state = state.Without(command => command.DeviceId == id && command.Type == DeviceCommand.Stop) with { ActiveDeviceId = id };
        }

        return play == true ? state.Resume(now) : state;
    }

    /// <summary>Sets the volume of a device, cut to 0 to 100. Changes nothing if its volume cannot be set.</summary>
    public static PlayerState SetVolume(this PlayerState state, string id, int percent)
    {
        percent = Math.Clamp(percent, 0, 100);
        return state.Devices.FirstOrDefault(device => device.Id == id) is { Volume: { } volume } device && volume != percent
            ? state.Replace(device with { Volume = percent })
            : state;
    }

    private static bool HasHalf(this PlayerDevice device, TimeSpan lease, DateTimeOffset now) => device.LeaseEndsAt - now >= lease / 2;

    private static PlayerState Replace(this PlayerState state, PlayerDevice device) =>
        state with { Devices = [.. state.Devices.Select(other => other.Id == device.Id ? device : other)] };
}
