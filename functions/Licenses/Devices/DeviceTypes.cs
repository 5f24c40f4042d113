using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>The types of devices: those of the Web API, in lower case.</summary>
internal static class DeviceTypes
{
    private static readonly string[] Names =
    [
        "computer", "smartphone", "tablet", "speaker", "tv", "avr", "stb", "audio_dongle", "game_console", "cast_video", "cast_audio",
        "automobile", "unknown",
    ];

    /// <summary>Returns a type; <c>unknown</c> if there is none.</summary>
    /// <exception cref="ApiException">400: the type does not exist.</exception>
    public static string Parse(string? type) => type is null ? "unknown"
        : Names.Contains(type, StringComparer.Ordinal) ? type
        : throw ApiException.BadRequest($"Invalid type: {RequestList.Shown(type)}; one of {string.Join(", ", Names)} is wanted");
}
