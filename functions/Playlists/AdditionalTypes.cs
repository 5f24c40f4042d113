using Spotify.Web;

namespace Spotify.Functions.Playlists;

/// <summary>The parameter <c>additional_types</c>: the types of items that a client supports besides tracks, separated by commas.</summary>
/// <param name="Episodes">Whether the client supports episodes.</param>
internal readonly record struct AdditionalTypes(bool Episodes)
{
    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a type is unknown.</exception>
    public static ValueTask<AdditionalTypes> BindAsync(HttpContext context)
    {
        var names = context.Request.Query["additional_types"].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.All(name => name is "track" or "episode")
            ? ValueTask.FromResult(new AdditionalTypes(names.Contains("episode")))
            : throw ApiException.BadRequest("Invalid additional_types: track and episode are known");
    }
}
