namespace Spotify.Player;

/// <summary>
/// The state of a listener's player on all devices. Changes only when something happens, never with the time: the position follows from
/// <see cref="Position"/> and the clock.
/// </summary>
public sealed record PlayerState
{
    /// <summary>The state of a listener who has no document yet.</summary>
    public static PlayerState Empty { get; } = new();

    /// <summary>The connected devices, in the order of registration, up to <see cref="PlayerLimits.MaxDevices"/>.</summary>
    public IReadOnlyList<PlayerDevice> Devices { get; init; } = [];

    /// <summary>The id of the device that plays, or played last; null if there is none. Its lease may have ended.</summary>
    public string? ActiveDeviceId { get; init; }

    /// <summary>The context that is played; null if the items were given one by one, or nothing was played yet.</summary>
    public PlayContext? Context { get; init; }

    /// <summary>The current item; null if nothing was played yet.</summary>
    public PlayerItem? Item { get; init; }

    /// <summary>The position in <see cref="Item"/>.</summary>
    public PlayerPosition Position { get; init; } = PlayerPosition.Start;

    /// <summary>The repeat mode.</summary>
    public RepeatMode Repeat { get; init; }

    /// <summary>The seed of the order in which the context is shuffled; null if it is not shuffled.</summary>
    public long? ShuffleSeed { get; init; }

    /// <summary>The items before the current one, the last one last, up to <see cref="PlayerLimits.MaxPrevious"/>.</summary>
    public IReadOnlyList<PlayerItem> Previous { get; init; } = [];

    /// <summary>The items that the listener has queued, which are played before <see cref="Next"/>.</summary>
    public IReadOnlyList<PlayerItem> Queue { get; init; } = [];

    /// <summary>The next items of the context or, after its end, of the radio, up to <see cref="PlayerLimits.MaxNext"/>.</summary>
    public IReadOnlyList<PlayerItem> Next { get; init; } = [];

    /// <summary>Whether the context has no items after those in <see cref="Next"/>.</summary>
    public bool NextIsComplete { get; init; }

    /// <summary>The state of the radio that continues at the end.</summary>
    public AutoplayState Autoplay { get; init; }

    /// <summary>
    /// The last item of the context that was played, from which the context goes on: items of the queue and of the radio have no place in
    /// it. Null if the context was not started.
    /// </summary>
    public string? ContextKey { get; init; }

    /// <summary>The commands that devices have not acknowledged, the oldest first, up to <see cref="PlayerLimits.MaxCommands"/>.</summary>
    public IReadOnlyList<DeviceCommand> Commands { get; init; } = [];

    /// <summary>The times of the latest skips, the oldest first, up to <see cref="PlayerLimits.MaxSkips"/>.</summary>
    public IReadOnlyList<DateTimeOffset> Skips { get; init; } = [];

    /// <summary>The number of the next <see cref="PlayerItem.Uid"/>.</summary>
    public long NextUid { get; init; } = 1;
}

/// <summary>The maximum lengths of the lists of <see cref="PlayerState"/>.</summary>
public static class PlayerLimits
{
    /// <summary>The maximum number of connected devices. A further one takes the place of the one that was seen least recently.</summary>
    public const int MaxDevices = 20;

    /// <summary>The maximum number of previous items that are kept.</summary>
    public const int MaxPrevious = 50;

    /// <summary>The maximum number of items that a listener can queue.</summary>
    public const int MaxQueue = 200;

    /// <summary>The maximum number of next items that are kept.</summary>
    public const int MaxNext = 50;

    /// <summary>The number of next items below which more are read from the context.</summary>
    public const int MinNext = 20;

    /// <summary>The maximum number of URIs in a command to play.</summary>
    public const int MaxUris = 500;

    /// <summary>The maximum number of commands that wait for their devices. The oldest is dropped: the state has its effect.</summary>
    public const int MaxCommands = 50;

    /// <summary>The number of skips whose times are kept.</summary>
    public const int MaxSkips = 6;
}

/// <summary>A context: a list in the catalog or of the listener.</summary>
/// <param name="Uri">The URI, such as <c>spotify:playlist:…</c> or <c>spotify:user:…:collection</c>.</param>
/// <param name="Type">The type in responses: album, artist, audiobook, collection, playlist or show.</param>
public sealed record PlayContext(string Uri, string Type);

/// <summary>An item that is, was or will be played.</summary>
/// <param name="Uid">An id that is unique in the session, because an item may be played more than once.</param>
/// <param name="Uri">The URI of the track, episode or chapter.</param>
/// <param name="DurationMs">The duration in milliseconds.</param>
/// <param name="Source">Where the item comes from.</param>
/// <param name="Key">The key of the item in its context; null if it comes from elsewhere.</param>
public sealed record PlayerItem(string Uid, string Uri, long DurationMs, ItemSource Source, string? Key = null);

/// <summary>The sources of items.</summary>
public enum ItemSource
{
    /// <summary>The context, or the list of URIs of a command to play.</summary>
    Context,

    /// <summary>The listener's queue.</summary>
    Queue,

    /// <summary>The radio after the end of the context.</summary>
    Autoplay,
}

/// <summary>The repeat modes.</summary>
public enum RepeatMode
{
    /// <summary>Nothing is repeated.</summary>
    Off,

    /// <summary>The context begins again at its end.</summary>
    Context,

    /// <summary>The current item begins again at its end.</summary>
    Track,
}

/// <summary>The states of the radio at the end of a context.</summary>
public enum AutoplayState
{
    /// <summary>Not needed yet.</summary>
    None,

    /// <summary>A task was requested to append items.</summary>
    Requested,

    /// <summary>Items were appended, or there are none.</summary>
    Done,
}

/// <summary>A position, as of a time.</summary>
/// <param name="At">The time.</param>
/// <param name="Ms">The position at that time, in milliseconds.</param>
/// <param name="IsPlaying">Whether the position advances with the time.</param>
public sealed record PlayerPosition(DateTimeOffset At, long Ms, bool IsPlaying)
{
    /// <summary>The beginning, paused.</summary>
    public static PlayerPosition Start { get; } = new(DateTimeOffset.UnixEpoch, 0, false);
}

/// <summary>A connected device.</summary>
/// <param name="Id">The id that the device has chosen: that of its offline registration, if it has one.</param>
/// <param name="ClientId">The app that registered the device; null if unknown. Only its tokens act for the device.</param>
/// <param name="Name">The name that the listener sees.</param>
/// <param name="Type">The type, such as <c>computer</c>.</param>
/// <param name="Volume">The volume in percent; null if it cannot be set.</param>
/// <param name="SeenAt">When the device was last heard of.</param>
/// <param name="LeaseEndsAt">When the device is dropped unless it is heard of.</param>
public sealed record PlayerDevice(
    string Id, string? ClientId, string Name, string Type, int? Volume, DateTimeOffset SeenAt, DateTimeOffset LeaseEndsAt)
{
    /// <summary>Whether the device takes commands of its own app only.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>Whether its plays are private.</summary>
    public bool IsPrivateSession { get; init; }

    /// <summary>The types of items that the device plays: track, episode, chapter.</summary>
    public IReadOnlyList<string> ItemTypes { get; init; } = ["track", "episode", "chapter"];

    /// <summary>The codecs that the device plays, in order of preference; empty for any.</summary>
    public IReadOnlyList<string> Codecs { get; init; } = [];
}

/// <summary>A command for a device, which has changed the state already.</summary>
/// <param name="Revision">The revision of the document that the command has written, by which the device acknowledges it.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Type">The type: play, pause, next, previous, seek, volume, repeat, shuffle, queue, transfer or stop.</param>
/// <param name="IssuedAt">When the command was given.</param>
public sealed record DeviceCommand(long Revision, string DeviceId, string Type, DateTimeOffset IssuedAt);
