namespace Spotify.Player;

/// <summary>The report of a device about its own playback. Members that are null say nothing.</summary>
/// <param name="DeviceId">The device.</param>
public sealed record DeviceReport(string DeviceId)
{
    /// <summary>
    /// The latest revision of the document that the device has applied. Acknowledges the commands up to it. While a later command waits,
    /// the members that it determines do not count.
    /// </summary>
    public long? Revision { get; init; }

    /// <summary>
    /// The <see cref="PlayerItem.Uid"/> of the item that the device plays. The next three members count if it is the current item.
    /// </summary>
    public string? Uid { get; init; }

    /// <summary>The position in the item, in milliseconds.</summary>
    public long? PositionMs { get; init; }

    /// <summary>Whether the device plays.</summary>
    public bool? IsPlaying { get; init; }

    /// <summary>Whether the device has played the item to its end.</summary>
    public bool Ended { get; init; }

    /// <summary>The volume in percent.</summary>
    public int? Volume { get; init; }
}
