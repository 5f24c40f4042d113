using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Listening;

/// <summary>The part of the history that a request asks for. The newest plays if it has no cursor.</summary>
/// <param name="Limit">The maximum number of plays, 1 to 50.</param>
/// <param name="Before">Only plays before this time; null for no limit.</param>
/// <param name="After">Only plays after this time; null for no limit.</param>
public sealed record RecentlyPlayedRequest(int Limit, DateTimeOffset? Before, DateTimeOffset? After) : IEndpointParameterMetadataProvider
{
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a value is not a number or is out of range, or there are two cursors.</exception>
    public static ValueTask<RecentlyPlayedRequest?> BindAsync(HttpContext context)
    {
        var limit = PageRequest.LimitOf(context, PageRequest.MaxLimit, PageRequest.DefaultLimit);
        var (before, after) = (Read(context, "before"), Read(context, "after"));
        return before is null || after is null
            ? ValueTask.FromResult<RecentlyPlayedRequest?>(new RecentlyPlayedRequest(limit, before, after))
            : throw ApiException.BadRequest("Only one of before and after can be given");
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new RequestParameter(
            "limit", typeof(int), $"The maximum number of items: 1 to {PageRequest.MaxLimit}. The default is {PageRequest.DefaultLimit}."));
        builder.Metadata.Add(new RequestParameter("after", typeof(long), "Only plays after this time, in milliseconds since 1970."));
        builder.Metadata.Add(new RequestParameter("before", typeof(long), "Only plays before this time, in milliseconds since 1970."));
    }

    private static DateTimeOffset? Read(HttpContext context, string name)
    {
        if (context.Request.Query[name].ToString() is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= Latest
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw ApiException.BadRequest($"Invalid {name}: a time in milliseconds since 1970 is wanted");
    }
}
