namespace Spotify.Functions.Licenses.Devices;

/// <summary>The types of devices: those of the Web API, in lower case.</summary>
internal static class DeviceTypes
{
    private static readonly string[] Names =
    [
        "computer", "smartphone", "tablet", "speaker", "tv", "avr", "stb", "audio_dongle", "game_console", "cast_video", "cast_audio",
        "automobile", "unknown",
    ];

    /// <summary>The names, separated by commas, for errors.</summary>
    public static string List { get; } = string.Join(", ", Names);

    /// <summary>Returns whether a type exists.</summary>
    public static bool Contains(string type) => Names.Contains(type, StringComparer.Ordinal);
}
