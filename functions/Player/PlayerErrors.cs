using Spotify.Web;

namespace Spotify.Functions.Player;

/// <summary>The errors of player commands, with the messages and reasons of the Web API.</summary>
internal static class PlayerErrors
{
    /// <summary>The reason if the plan does not allow a command.</summary>
    public const string PremiumRequired = "PREMIUM_REQUIRED";

    /// <summary>The reason if no device plays, and the command names none.</summary>
    public const string NoActiveDevice = "NO_ACTIVE_DEVICE";

    /// <summary>The reason if the device takes commands of its own app only, or is that of another app.</summary>
    public const string DeviceNotControllable = "DEVICE_NOT_CONTROLLABLE";

    /// <summary>The reason if the volume of the device cannot be set.</summary>
    public const string VolumeDisallowed = "VOLUME_CONTROL_DISALLOW";

    /// <summary>The reason if there is no next item.</summary>
    public const string NoNextTrack = "NO_NEXT_TRACK";

    /// <summary>The reason if there is no previous item.</summary>
    public const string NoPreviousTrack = "NO_PREV_TRACK";

    /// <summary>The reason if the context is played shuffled only.</summary>
    public const string ContextDisallowed = "CONTEXT_DISALLOW";

    /// <summary>The reason if the skips of an hour are used up.</summary>
    public const string RateLimited = "RATE_LIMITED";

    /// <summary>The reason if nothing is played.</summary>
    public const string NotPlayingTrack = "NOT_PLAYING_TRACK";

    /// <summary>The reason if the listener may not play the items of a command.</summary>
    public const string NotAvailable = "ITEM_NOT_AVAILABLE";

    /// <summary>Creates a 403 error.</summary>
    public static ApiException Forbidden(string problem, string reason) =>
        new(StatusCodes.Status403Forbidden, $"Player command failed: {problem}", reason);

    /// <summary>Creates the error of commands without an active device.</summary>
    public static ApiException WithoutActiveDevice() =>
        new(StatusCodes.Status404NotFound, "Player command failed: No active device found", NoActiveDevice);

    /// <summary>Creates the error of commands for a device that is not connected.</summary>
    public static ApiException UnknownDevice() => ApiException.NotFound("Device not found");
}
