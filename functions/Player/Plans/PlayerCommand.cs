namespace Spotify.Functions.Player.Plans;

/// <summary>The commands of players.</summary>
public enum PlayerCommand
{
    /// <summary>Start or resume playback.</summary>
    Play,

    /// <summary>Pause playback.</summary>
    Pause,

    /// <summary>Play the next item.</summary>
    Next,

    /// <summary>Play the previous item, or the current one from its start.</summary>
    Previous,

    /// <summary>Change the position.</summary>
    Seek,

    /// <summary>Change the repeat mode.</summary>
    Repeat,

    /// <summary>Turn shuffle on or off.</summary>
    Shuffle,

    /// <summary>Change the volume.</summary>
    Volume,

    /// <summary>Add to the queue, or replace it.</summary>
    Queue,

    /// <summary>Transfer playback to another device.</summary>
    Transfer,
}

/// <summary>The names of commands.</summary>
public static class PlayerCommands
{
    /// <summary>All commands.</summary>
    public static IReadOnlyList<PlayerCommand> All { get; } = Enum.GetValues<PlayerCommand>();

    /// <summary>Whether the command determines the current item, its position or whether it plays.</summary>
    public static bool MovesPlayback(this PlayerCommand command) => command
        is PlayerCommand.Play or PlayerCommand.Pause or PlayerCommand.Next or PlayerCommand.Previous or PlayerCommand.Seek
        or PlayerCommand.Transfer;

    /// <summary>Returns the name in the commands of a device, such as <c>play</c>.</summary>
    public static string WireName(this PlayerCommand command) => command switch
    {
        PlayerCommand.Play => "play",
        PlayerCommand.Pause => "pause",
        PlayerCommand.Next => "next",
        PlayerCommand.Previous => "previous",
        PlayerCommand.Seek => "seek",
        PlayerCommand.Repeat => "repeat",
        PlayerCommand.Shuffle => "shuffle",
        PlayerCommand.Volume => "volume",
        PlayerCommand.Queue => "queue",
        PlayerCommand.Transfer => "transfer",
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, null),
    };
}
