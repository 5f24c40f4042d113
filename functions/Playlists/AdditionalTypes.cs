using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Playlists;

/// <summary>The parameter <c>additional_types</c>: the types of items that a client supports besides tracks, separated by commas.</summary>
/// <param name="Episodes">Whether the client supports episodes.</param>
internal readonly record struct AdditionalTypes(bool Episodes) : IEndpointParameterMetadataProvider
{
    private const string Name = "additional_types";

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a type is unknown.</exception>
    public static ValueTask<AdditionalTypes> BindAsync(HttpContext context)
    {
        var names = context.Request.Query[Name].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.All(name => name is "track" or "episode")
            ? ValueTask.FromResult(new AdditionalTypes(names.Contains("episode")))
            : throw ApiException.BadRequest($"Invalid {Name}: track and episode are known");
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new RequestParameter(
        Name, typeof(string), "The types of items that the client supports besides tracks, separated by commas: track, episode."));
}
