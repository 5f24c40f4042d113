using System.Globalization;
using Spotify.Player;
using Spotify.Web;

namespace Spotify.Functions.Player.Commands;

/// <summary>The query parameters of commands.</summary>
internal static class CommandParameters
{
    private const int MaxVolume = 100;

    /// <summary>Returns the required parameter <c>position_ms</c>.</summary>
    /// <exception cref="ApiException">400: the parameter is missing or not a number from 0.</exception>
    public static long PositionMs(HttpContext context) => Number(context, "position_ms", int.MaxValue);

    /// <summary>Returns the required parameter <c>volume_percent</c>.</summary>
    /// <exception cref="ApiException">400: the parameter is missing or not a number from 0 to 100.</exception>
    public static int Volume(HttpContext context) => (int)Number(context, "volume_percent", MaxVolume);

    /// <summary>Returns the required parameter <c>state</c> of repeat.</summary>
    /// <exception cref="ApiException">400: the parameter is missing or not a mode.</exception>
    public static RepeatMode Repeat(HttpContext context) => Required(context, "state") switch
    {
        "off" => RepeatMode.Off,
        "context" => RepeatMode.Context,
        "track" => RepeatMode.Track,
        _ => throw ApiException.BadRequest("Invalid state: track, context or off is wanted"),
    };

    /// <summary>Returns the required parameter <c>state</c> of shuffle.</summary>
    /// <exception cref="ApiException">400: the parameter is missing or neither true nor false.</exception>
    public static bool Shuffle(HttpContext context) => Required(context, "state") switch
    {
        "true" => true,
        "false" => false,
        _ => throw ApiException.BadRequest("Invalid state: true or false is wanted"),
    };

    /// <summary>Returns the required parameter <c>uri</c>.</summary>
    /// <exception cref="ApiException">400: the parameter is missing or not the URI of a track, episode or chapter.</exception>
    public static string Uri(HttpContext context) => PlayRequest.Item(Required(context, "uri"), "uri");

    private static long Number(HttpContext context, string name, int max) =>
        long.TryParse(Required(context, name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= max
            ? value
            : throw ApiException.BadRequest(string.Create(
                CultureInfo.InvariantCulture, $"Invalid {name}: a number from 0 to {max} is wanted"));

    private static string Required(HttpContext context, string name) => context.Request.Query[name] switch
    {
        [{ Length: > 0 } value] => value,
        [] or [null or ""] => throw ApiException.BadRequest($"Missing required parameter {name}"),
        _ => throw ApiException.BadRequest($"Invalid {name}: it is given more than once"),
    };
}
