namespace Spotify.Domain.Tests.Player.Model;

/// <summary>A device of <see cref="PlayerModel"/>, and how much of the state it has seen.</summary>
/// <param name="id">The id.</param>
/// <param name="volume">The volume in percent.</param>
/// <param name="leaseMs">The lease in milliseconds.</param>
internal sealed class ModelDevice(string id, int volume, long leaseMs)
{
    public string Id { get; } = id;

    public int Volume { get; set; } = volume;

    public long LeaseLeftMs { get; set; } = leaseMs;

    /// <summary>The latest revision that the device has applied.</summary>
    public long Seen { get; set; }

    /// <summary>The number of the beginning of the item that the device plays.</summary>
    public int Plays { get; set; }

    /// <summary>The revision of the latest command of another device that moves playback.</summary>
    public long MovedByOthers { get; set; }

    /// <summary>The revision of the latest command to stop, which a transfer to the device takes back.</summary>
    public long StoppedByOthers { get; set; }

    /// <summary>The revision of the latest volume of another device.</summary>
    public long VolumeByOthers { get; set; }
}
