using System.Globalization;
using Spotify.Domain.Data;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Library;

/// <summary>
/// Which part of a list of saved items is asked for, and of which list: the links of a page carry the time of the newest item there was
/// (<c>until</c>, in microseconds since 1970), so that what is saved meanwhile shifts nothing.
/// </summary>
/// <param name="Page">Which part.</param>
/// <param name="Until">Leaves out what was saved later; null: all.</param>
public readonly record struct SavedPageRequest(PageRequest Page, DateTimeOffset? Until)
{
    private const string Name = "until";

    private static readonly long Earliest = Instant.ToMicroseconds(DateTimeOffset.MinValue);
    private static readonly long Latest = Instant.ToMicroseconds(DateTimeOffset.MaxValue);

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a value is not a number or out of range.</exception>
    public static async ValueTask<SavedPageRequest> BindAsync(HttpContext context)
    {
        var page = await PageRequest.BindAsync(context);
        if (context.Request.Query[Name].ToString() is not { Length: > 0 } text) return new SavedPageRequest(page, null);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds) && microseconds >= Earliest && microseconds <= Latest
            ? new SavedPageRequest(page, Instant.FromMicroseconds(microseconds))
            : throw ApiException.BadRequest($"Invalid {Name}: follow the links of a page as they are");
    }

    /// <summary>The query parameter that says <paramref name="until"/>.</summary>
    public static string Parameter(DateTimeOffset until) => string.Create(CultureInfo.InvariantCulture, $"{Name}={Instant.ToMicroseconds(until)}");
}
