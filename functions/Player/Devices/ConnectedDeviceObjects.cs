using System.Text.Json.Serialization;
using Spotify.Player;

namespace Spotify.Functions.Player.Devices;

/// <summary>The body of a registration. Members that are missing keep their values.</summary>
/// <param name="Name">The name that the listener sees; that of the offline registration if it is missing.</param>
/// <param name="Type">The type, such as <c>computer</c>; that of the offline registration if it is missing.</param>
/// <param name="VolumePercent">The volume, 0 to 100.</param>
/// <param name="SupportsVolume">Whether the volume can be set; true by default if there is a volume.</param>
/// <param name="ItemTypes">The types of items that the device plays: track, episode, chapter. All by default.</param>
/// <param name="Codecs">The codecs that the device plays, in order of preference. Empty, the default, means any.</param>
/// <param name="IsRestricted">Whether the device takes commands of its own app only.</param>
/// <param name="IsPrivateSession">Whether its plays are private.</param>
internal sealed record ConnectionRequest(
    string? Name = null,
    string? Type = null,
    int? VolumePercent = null,
    bool? SupportsVolume = null,
    IReadOnlyList<string>? ItemTypes = null,
    IReadOnlyList<string>? Codecs = null,
    bool? IsRestricted = null,
    bool? IsPrivateSession = null);

/// <summary>The report of a device about its own playback. Members that are missing say nothing.</summary>
/// <param name="Revision">The latest revision of the state that the device has applied: acknowledges the commands up to it.</param>
/// <param name="Uid">The uid of the item that the device plays. The next three members count for this item only.</param>
/// <param name="PositionMs">The position in milliseconds.</param>
/// <param name="IsPlaying">Whether the device plays.</param>
/// <param name="Ended">Whether the device has played the item to its end.</param>
/// <param name="VolumePercent">The volume, 0 to 100.</param>
internal sealed record ReportRequest(
    long? Revision = null,
    string? Uid = null,
    long? PositionMs = null,
    bool? IsPlaying = null,
    bool? Ended = null,
    int? VolumePercent = null);

/// <summary>A connected device.</summary>
internal record ConnectedDeviceObject(
    string Id,
    bool IsActive,
    bool IsPrivateSession,
    bool IsRestricted,
    string Name,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? VolumePercent,
    bool SupportsVolume)
{
    /// <summary>Returns the object of a device.</summary>
    public static ConnectedDeviceObject Of(PlayerDevice device, string? activeId) => new(
        device.Id,
        device.Id == activeId,
        device.IsPrivateSession,
        device.IsRestricted,
        device.Name,
        device.Type,
        device.Volume,
        device.Volume is not null);
}

/// <summary>A device that has registered.</summary>
/// <param name="Base">The device.</param>
/// <param name="LeaseMs">How long the device stays connected after it was last heard of, in milliseconds.</param>
/// <param name="Revision">The revision of the player's state.</param>
internal sealed record RegisteredDeviceObject([property: JsonIgnore] ConnectedDeviceObject Base, long LeaseMs, long Revision)
    : ConnectedDeviceObject(Base);

/// <summary>The connected devices of a listener, in the order of registration.</summary>
internal sealed record ConnectedDevicesObject(IReadOnlyList<ConnectedDeviceObject> Devices);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectionRequest))]
[JsonSerializable(typeof(ReportRequest))]
[JsonSerializable(typeof(RegisteredDeviceObject))]
[JsonSerializable(typeof(ConnectedDevicesObject))]
internal sealed partial class ConnectedDeviceJson : JsonSerializerContext;
