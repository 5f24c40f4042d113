namespace Spotify.Player.Json;

/// <summary>The JSON object of a device.</summary>
internal sealed record DeviceEntry
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Type { get; init; }

    public int? VolumePercent { get; init; }

    public bool? SupportsVolume { get; init; }

    public bool? IsRestricted { get; init; }

    public bool? IsPrivateSession { get; init; }

    public IReadOnlyList<string?>? ItemTypes { get; init; }

    public IReadOnlyList<string?>? Codecs { get; init; }

    public string? ClientId { get; init; }

    public long? SeenAt { get; init; }

    public long? LeaseEndsAt { get; init; }

    public static DeviceEntry Of(PlayerDevice device) => new()
    {
        Id = device.Id,
        Name = device.Name,
        Type = device.Type,
        VolumePercent = device.Volume,
        SupportsVolume = device.Volume is not null,
        IsRestricted = device.IsRestricted,
        IsPrivateSession = device.IsPrivateSession,
        ItemTypes = device.ItemTypes,
        Codecs = device.Codecs,
        ClientId = device.ClientId,
        SeenAt = device.SeenAt.ToUnixTimeMilliseconds(),
        LeaseEndsAt = device.LeaseEndsAt.ToUnixTimeMilliseconds(),
    };

    public PlayerDevice? ToDevice() => Id is null
        ? null
        : new PlayerDevice(
            Id, ClientId, Name ?? Id, Type ?? "unknown", VolumePercent is { } volume ? Math.Clamp(volume, 0, 100) : null,
            Times.OfMs(SeenAt ?? 0), Times.OfMs(LeaseEndsAt ?? 0))
        {
            IsRestricted = IsRestricted == true,
            IsPrivateSession = IsPrivateSession == true,
            ItemTypes = ItemTypes is null ? PlayerDevice.AllItemTypes : [.. ItemTypes.OfType<string>()],
            Codecs = [.. (Codecs ?? []).OfType<string>()],
        };
}
