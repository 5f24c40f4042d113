namespace Spotify.Player;

/// <summary>Starting, pausing and seeking, and the position.</summary>
public static class Playback
{
    /// <summary>Returns the position in the current item in milliseconds, from 0 to its duration.</summary>
    /// <remarks>Playback stops when the lease of the active device ends.</remarks>
    public static long PositionAt(this PlayerState state, DateTimeOffset now)
    {
        if (state.Item is not { } item) return 0;
        var (at, ms, isPlaying) = state.Position;
        if (isPlaying && state.LastActiveDevice() is { } device)
        {
            var until = device.LeaseEndsAt < now ? device.LeaseEndsAt : now;
            // The clock may go backwards, because documents are written by several machines.
            ms += Math.Max(until.ToUnixTimeMilliseconds() - at.ToUnixTimeMilliseconds(), 0);
        }

        return Math.Clamp(ms, 0, item.DurationMs);
    }

    /// <summary>Returns whether an item plays on an active device.</summary>
    public static bool IsPlayingAt(this PlayerState state, DateTimeOffset now) =>
        state.Item is not null && state.Position.IsPlaying && state.ActiveDevice(now) is not null;

    /// <summary>Returns the device that plays or is paused; null if there is none or its lease has ended.</summary>
    public static PlayerDevice? ActiveDevice(this PlayerState state, DateTimeOffset now) =>
        state.LastActiveDevice() is { } device && device.LeaseEndsAt > now ? device : null;

    /// <summary>
    /// Starts a context or a list on the active device. Keeps the queue and the repeat mode. Changes nothing if the window has no item.
    /// </summary>
    /// <remarks>A position past the end is cut to the end; the caller advances.</remarks>
    public static PlayerState Start(this PlayerState state, PlayStart start, DateTimeOffset now)
    {
        if (start.Window.Item is null) return state;
        var started = (state with
        {
            Context = start.Context,
            List = start.List,
            Previous = [],
        }).AtWindow(start.Window, start.ShuffleSeed);
        return started.At(start.PositionMs, isPlaying: true, now);
    }

    /// <summary>Continues the current item. Changes nothing if it plays, or if there is no item or no active device.</summary>
    public static PlayerState Resume(this PlayerState state, DateTimeOffset now) =>
        state.Item is null || state.IsPlayingAt(now) || state.ActiveDevice(now) is null
            ? state
            : state.At(state.PositionAt(now), isPlaying: true, now);

    /// <summary>Pauses. Changes nothing if playback is paused.</summary>
    public static PlayerState Pause(this PlayerState state, DateTimeOffset now) =>
        state.Position.IsPlaying ? state.At(state.PositionAt(now), isPlaying: false, now) : state;

    /// <summary>Sets the position in the current item, cut to its duration. For a position past the end, the caller advances.</summary>
    public static PlayerState Seek(this PlayerState state, long ms, DateTimeOffset now)
    {
        if (state.Item is null) return state;
        ms = Math.Clamp(ms, 0, state.Item.DurationMs);
        return ms == state.PositionAt(now) ? state : state.At(ms, state.IsPlayingAt(now), now);
    }

    /// <summary>Returns the state at a position as of now. Nothing plays without an active device.</summary>
    internal static PlayerState At(this PlayerState state, long ms, bool isPlaying, DateTimeOffset now) => state with
    {
        Position = new PlayerPosition(
            now.WholeMs(), Math.Clamp(ms, 0, state.Item?.DurationMs ?? 0),
            isPlaying && state.Item is not null && state.ActiveDevice(now) is not null),
        EndedAt = null,
    };

    /// <summary>Returns the state at the item of a window of its context, after the items before it.</summary>
    internal static PlayerState AtWindow(this PlayerState state, ContextWindow window, long? shuffleSeed)
    {
        if (window.Item is null) return state;
        var uids = new Uids(state.NextUid);
        var isShuffled = shuffleSeed is not null;
        var previous = isShuffled ? [] : window.Previous.Select(uids.FromContext).ToList();
        var item = uids.FromContext(window.Item);
        return (state with
        {
            Item = item,
            Previous = [.. state.Previous.Concat(previous).TakeLast(PlayerLimits.MaxPrevious)],
            Next = [],
            NextIsComplete = false,
            ShuffleSeed = shuffleSeed,
            ShuffleStart = isShuffled ? item.Key : null,
            ContextKey = item.Key,
            Autoplay = AutoplayState.None,
            AutoplayUid = null,
            NextUid = uids.Next,
        }).Refill(window);
    }

    private static PlayerDevice? LastActiveDevice(this PlayerState state) =>
        state.ActiveDeviceId is { } id ? state.Devices.FirstOrDefault(device => device.Id == id) : null;
}
