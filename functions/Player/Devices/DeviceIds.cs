using System.Buffers;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Player.Devices;

/// <summary>Validation of the ids of devices, which devices choose themselves.</summary>
internal static class DeviceIds
{
    /// <summary>The header with the id of the device that sends a request.</summary>
    public const string Header = "X-Device-Id";

    private const int MaxLength = 64;

    /// <summary>The description of <see cref="Header"/>.</summary>
    public static RequestParameter HeaderParameter { get; } =
        new(Header, typeof(string), "The connected device that sends the request, if a device does.", InHeader: true);

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Returns an id.</summary>
    /// <exception cref="ApiException">400: the id is not 1 to 64 letters, digits, hyphens and underscores.</exception>
    public static string Require(string? id) => IsValid(id)
        ? id!
        : throw ApiException.BadRequest($"Invalid device id: {RequestList.Shown(id)}; 1 to {MaxLength} of A-Z a-z 0-9 - _ are wanted");

    /// <summary>Returns the sending device of a request; null if the request has no header.</summary>
    /// <exception cref="ApiException">400: the header is invalid.</exception>
    public static string? SenderOf(HttpRequest request) => request.Headers[Header] switch
    {
        [] => null,
        [var id] when IsValid(id) => id,
        _ => throw ApiException.BadRequest($"Invalid {Header}: the id of one device is wanted"),
    };

    private static bool IsValid(string? id) =>
        id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(Characters);
}
