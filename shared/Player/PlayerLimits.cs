namespace Spotify.Player;

/// <summary>The maximum lengths of the lists of <see cref="PlayerState"/>.</summary>
public static class PlayerLimits
{
    /// <summary>The maximum number of connected devices. A further one takes the place of the one that was seen least recently.</summary>
    public const int MaxDevices = 20;

    /// <summary>The maximum number of previous items that are kept.</summary>
    public const int MaxPrevious = 50;

    /// <summary>The maximum number of items that a listener can queue.</summary>
    public const int MaxQueue = 200;

    /// <summary>The maximum number of queued items that are kept, because going back puts items before them.</summary>
    public const int MaxQueueAfterBack = MaxQueue + MaxPrevious;

    /// <summary>The number of next items up to which they are read from the context.</summary>
    public const int MaxNext = 50;

    /// <summary>The maximum number of next items that are kept, because going back puts items before them.</summary>
    public const int MaxNextAfterBack = MaxNext + MaxPrevious;

    /// <summary>The number of next items below which more are read from the context.</summary>
    public const int MinNext = 20;

    /// <summary>The maximum number of URIs in a command to play.</summary>
    public const int MaxUris = 500;

    /// <summary>The maximum number of commands that wait for their devices: one of each type for each device.</summary>
    public const int MaxCommands = MaxDevices * 11;

    /// <summary>The number of skips whose times are kept. A limit on skips cannot be higher.</summary>
    public const int MaxSkips = 30;

    /// <summary>The number of items that a radio appends at most.</summary>
    public const int MaxAutoplay = 20;

    /// <summary>The number of items left at which a radio is requested.</summary>
    public const int AutoplayAt = 5;

    /// <summary>The time after the end of playback from which a radio does not begin by itself any more.</summary>
    public static readonly TimeSpan AutoplayWait = TimeSpan.FromMinutes(2);
}
