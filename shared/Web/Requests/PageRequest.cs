using System.Globalization;

namespace Spotify.Web.Requests;

/// <summary>Which part of a list is asked for: <c>limit</c> (1 to 50, 20 if not given) and <c>offset</c> (0 to 100,000, 0 if not given).</summary>
/// <param name="Limit">The most items.</param>
/// <param name="Offset">The first item's place.</param>
public readonly record struct PageRequest(int Limit, int Offset)
{
    /// <summary>The largest <c>limit</c>.</summary>
    public const int MaxLimit = 50;

    /// <summary>The largest <c>offset</c>.</summary>
    public const int MaxOffset = 100_000;

    /// <summary>The <c>limit</c> where none is given.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a value is not a number or out of range.</exception>
    public static ValueTask<PageRequest> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context, MaxLimit));

    /// <summary>The page that a request asks for, where the description allows another limit.</summary>
    /// <inheritdoc cref="BindAsync"/>
    public static PageRequest Of(HttpContext context, int maxLimit) =>
        new(Read(context, "limit", 1, maxLimit, DefaultLimit), Read(context, "offset", 0, MaxOffset, 0));

    private static int Read(HttpContext context, string name, int least, int most, int otherwise)
    {
        var values = context.Request.Query[name];
        if (values.Count == 0) return otherwise;
        return values.Count == 1 && int.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw ApiException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"Invalid {name}: a number from {least} to {most} is wanted"));
    }
}
