namespace Spotify.Player;

/// <summary>A command for a device, which has changed the state already.</summary>
/// <param name="Revision">The revision of the document that the command has written, by which the device acknowledges it.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Type">The type: one of the constants.</param>
/// <param name="IssuedAt">When the command was given.</param>
public sealed record DeviceCommand(long Revision, string DeviceId, string Type, DateTimeOffset IssuedAt)
{
    public const string Play = "play";
    public const string Pause = "pause";
    public const string Next = "next";
    public const string Previous = "previous";
    public const string Seek = "seek";
    public const string Volume = "volume";
    public const string Repeat = "repeat";
    public const string Shuffle = "shuffle";
    public const string Queue = "queue";
    public const string Transfer = "transfer";
    public const string Stop = "stop";

    /// <summary>Whether the command determines the current item, its position or whether it plays.</summary>
    public bool MovesPlayback => Type is Play or Pause or Next or Previous or Seek or Transfer or Stop;
}
