using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Events.Taste;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Listening.Taste;

/// <summary>The part of the top artists or tracks that a request asks for.</summary>
/// <param name="Term">How far back the taste goes.</param>
/// <param name="TimeRange">The parameter <c>time_range</c>; null if it was not given.</param>
/// <param name="Page">The page.</param>
public sealed record TopItemsRequest(TasteTerm Term, string? TimeRange, PageRequest Page) : IEndpointParameterMetadataProvider
{
    private const string Name = "time_range";

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a value is unknown or out of range.</exception>
    public static async ValueTask<TopItemsRequest?> BindAsync(HttpContext context)
    {
        var page = await PageRequest.BindAsync(context);
        var given = context.Request.Query[Name].ToString() is { Length: > 0 } text ? text : null;
        TasteTerm term = given switch
        {
            "short_term" => TasteTerm.Short,
            null or "medium_term" => TasteTerm.Medium,
            "long_term" => TasteTerm.Long,
            _ => throw ApiException.BadRequest($"Invalid {Name}: short_term, medium_term or long_term is wanted"),
        };
        return new TopItemsRequest(term, given, page);
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        PageRequest.PopulateMetadata(parameter, builder);
        builder.Metadata.Add(new RequestParameter(
            Name, typeof(string), "How far back to look: short_term (weeks), medium_term (months, the default) or long_term (a year)."));
    }
}
