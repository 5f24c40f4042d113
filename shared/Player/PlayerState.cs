namespace Spotify.Player;

/// <summary>
/// The state of a listener's player on all devices. Changes only when something happens, never with the time: the position follows from
/// <see cref="Position"/> and the clock. The changes are extension methods, which return the same instance if nothing changes. Times have
/// whole milliseconds.
/// </summary>
public sealed record PlayerState
{
    /// <summary>The state of a listener who has no document yet.</summary>
    public static PlayerState Empty { get; } = new();

    /// <summary>The connected devices, in the order of registration, up to <see cref="PlayerLimits.MaxDevices"/>.</summary>
    public IReadOnlyList<PlayerDevice> Devices { get; init; } = [];

    /// <summary>The id of the device that plays, or played last; null if it has left. Its lease may have ended.</summary>
    public string? ActiveDeviceId { get; init; }

    /// <summary>The context that is played; null if the items were given one by one, or nothing was played yet.</summary>
    public PlayContext? Context { get; init; }

    /// <summary>
    /// The items that were given one by one, in their order, up to <see cref="PlayerLimits.MaxUris"/>; empty if a context is played. The
    /// keys are the positions in base 10, from 0.
    /// </summary>
    public IReadOnlyList<ContextItem> List { get; init; } = [];

    /// <summary>The current item; null if nothing was played yet.</summary>
    public PlayerItem? Item { get; init; }

    /// <summary>The position in <see cref="Item"/>.</summary>
    public PlayerPosition Position { get; init; } = PlayerPosition.Start;

    /// <summary>
    /// When playback ended by itself, because nothing was left. Null while an item plays, and after a command.
    /// </summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The repeat mode.</summary>
    public RepeatMode Repeat { get; init; }

    /// <summary>
    /// The seed of the order in which the context is shuffled, from 0 to <see cref="ShuffleOrder.MaxSeed"/>; null if it is not shuffled.
    /// </summary>
    public long? ShuffleSeed { get; init; }

    /// <summary>
    /// The key of the item that was played first in the shuffled order, before the order's own start, and is left out at its place; null
    /// if there is none.
    /// </summary>
    public string? ShuffleStart { get; init; }

    /// <summary>The items before the current one, the last one last, up to <see cref="PlayerLimits.MaxPrevious"/>.</summary>
    public IReadOnlyList<PlayerItem> Previous { get; init; } = [];

    /// <summary>
    /// The items that the listener has queued, which are played before <see cref="Next"/>, up to
    /// <see cref="PlayerLimits.MaxQueueAfterBack"/>.
    /// </summary>
    public IReadOnlyList<PlayerItem> Queue { get; init; } = [];

    /// <summary>
    /// The next items of the context and, after its end, of the radio, up to <see cref="PlayerLimits.MaxNextAfterBack"/>.
    /// </summary>
    public IReadOnlyList<PlayerItem> Next { get; init; } = [];

    /// <summary>Whether the context has no items after those in <see cref="Next"/>.</summary>
    public bool NextIsComplete { get; init; }

    /// <summary>The state of the radio that continues at the end.</summary>
    public AutoplayState Autoplay { get; init; }

    /// <summary>The id of the latest request for the radio; null if there is none.</summary>
    public string? AutoplayUid { get; init; }

    /// <summary>
    /// The key of the context's last item that was played, from which the context goes on: items of the queue and of the radio have no
    /// place in it. Null if the context was not started.
    /// </summary>
    public string? ContextKey { get; init; }

    /// <summary>The commands that devices have not acknowledged, the oldest first, up to <see cref="PlayerLimits.MaxCommands"/>.</summary>
    public IReadOnlyList<DeviceCommand> Commands { get; init; } = [];

    /// <summary>The times of the latest skips, the oldest first, up to <see cref="PlayerLimits.MaxSkips"/>.</summary>
    public IReadOnlyList<DateTimeOffset> Skips { get; init; } = [];

    /// <summary>The number of the next <see cref="PlayerItem.Uid"/>.</summary>
    public long NextUid { get; init; } = 1;

    /// <summary>
    /// Whether items are to be read from the context after <see cref="NextKeys"/>, for <see cref="Upcoming.Refill"/>. Lists refill
    /// themselves.
    /// </summary>
    public bool NeedsNext => Context is not null && this.LacksNext();

    /// <summary>
    /// The keys after which <see cref="NeedsNext"/> reads from the context, in the order of <see cref="ShuffleSeed"/>: that of the last
    /// item that is known, and those of the items before it, in case it was removed from the context. Empty for the start.
    /// </summary>
    public IReadOnlyList<string> NextKeys => this.KeysBeforeRefill();

    /// <summary>
    /// Whether the context has come to its end and is repeated: <see cref="Moves.Advance"/> then takes the window at the start of the
    /// context, in the order of <see cref="RestartSeed"/>. Lists restart themselves.
    /// </summary>
    public bool NeedsRestart => Context is not null && this.IsToRestart();

    /// <summary>The seed for the next time through the context; null if it is not shuffled.</summary>
    public long? RestartSeed => ShuffleSeed is { } seed ? ShuffleOrder.SeedAfter(seed) : null;

    /// <summary>
    /// Whether a radio should be requested, because the end is near: at most <see cref="PlayerLimits.AutoplayAt"/> items are left, the
    /// current item is a track, and nothing is repeated. A radio that has begun is continued in the same way.
    /// </summary>
    public bool WantsAutoplay => this.IsNearEnd();
}
