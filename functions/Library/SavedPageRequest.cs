using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Domain.Data;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Library;

/// <summary>
/// A page of a list of saved items. The links of a page have the time of the newest item in the list (<c>until</c>, in microseconds since
/// 1970), so that items saved later do not shift the pages.
/// </summary>
/// <param name="Page">The page.</param>
/// <param name="Until">Excludes items that were saved later; null includes all.</param>
public readonly record struct SavedPageRequest(PageRequest Page, DateTimeOffset? Until) : IEndpointParameterMetadataProvider
{
    private const string Name = "until";

    private static readonly long Earliest = Instant.ToMicroseconds(DateTimeOffset.MinValue);
    private static readonly long Latest = Instant.ToMicroseconds(DateTimeOffset.MaxValue);

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a value is not a number or is out of range.</exception>
    public static async ValueTask<SavedPageRequest> BindAsync(HttpContext context)
    {
        var page = await PageRequest.BindAsync(context);
        if (context.Request.Query[Name].ToString() is not { Length: > 0 } text) return new SavedPageRequest(page, null);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds >= Earliest && microseconds <= Latest
            ? new SavedPageRequest(page, Instant.FromMicroseconds(microseconds))
            : throw ApiException.BadRequest($"Invalid {Name}: follow the links of a page as they are");
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        PageRequest.PopulateMetadata(parameter, builder);
        builder.Metadata.Add(new RequestParameter(
            Name, typeof(long), "Part of the links to other pages: excludes items that were saved later, in microseconds since 1970."));
    }

    /// <summary>Returns the query parameter for <see cref="Until"/>.</summary>
    public static string Parameter(DateTimeOffset until) =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}={Instant.ToMicroseconds(until)}");
}
