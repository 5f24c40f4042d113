namespace Spotify.Player.Json;

/// <summary>The JSON object of a command.</summary>
internal sealed record CommandEntry(long? Revision, string? DeviceId, string? Type, long? IssuedAt)
{
    public static CommandEntry Of(DeviceCommand command) =>
        new(command.Revision, command.DeviceId, command.Type, command.IssuedAt.ToUnixTimeMilliseconds());

    public DeviceCommand? ToCommand() =>
        DeviceId is null || Type is null ? null : new DeviceCommand(Revision ?? 0, DeviceId, Type, Times.OfMs(IssuedAt ?? 0));
}
