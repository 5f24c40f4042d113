using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Player.State;

/// <summary>The parameter <c>additional_types</c>: the types of items that a client supports besides tracks, separated by commas.</summary>
internal static class PlayedTypes
{
    private const string Name = "additional_types";

    /// <summary>The description of the parameter.</summary>
    public static RequestParameter Parameter { get; } = new(
        Name, typeof(string), "The types of items that the client supports besides tracks, separated by commas: track, episode.");

    /// <summary>Returns whether the client supports episodes.</summary>
    /// <exception cref="ApiException">400: a type is unknown.</exception>
    public static bool HaveEpisodes(HttpContext context)
    {
        var names = context.Request.Query[Name].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.All(name => name is "track" or "episode")
            ? names.Contains("episode")
            : throw ApiException.BadRequest($"Invalid {Name}: track and episode are known");
    }
}
