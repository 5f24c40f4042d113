using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Spotify.Web.Requests;

/// <summary>
/// The part of a list that a request asks for: <c>limit</c> (1 to 50, default 20) and <c>offset</c> (0 to 100,000, default 0).
/// </summary>
/// <param name="Limit">The maximum number of items.</param>
/// <param name="Offset">The index of the first item.</param>
public readonly record struct PageRequest(int Limit, int Offset) : IEndpointParameterMetadataProvider
{
    /// <summary>The largest <c>limit</c>.</summary>
    public const int MaxLimit = 50;

    /// <summary>The largest <c>offset</c>.</summary>
    public const int MaxOffset = 100_000;

    /// <summary>The default <c>limit</c>.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: a value is not a number or is out of range.</exception>
    public static ValueTask<PageRequest> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context, MaxLimit));

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => Describe(builder, MaxLimit);

    /// <summary>Describes the parameters of a list that has a maximum <c>limit</c> of its own.</summary>
    public static void Describe(EndpointBuilder builder, int maxLimit)
    {
        builder.Metadata.Add(new RequestParameter(
            "limit", typeof(int), $"The maximum number of items: 1 to {maxLimit}. The default is {DefaultLimit}."));
        builder.Metadata.Add(new RequestParameter(
            "offset", typeof(int), $"The index of the first item: 0 to {MaxOffset}. The default is 0."));
    }

    /// <summary>Returns the page of a list that has a maximum <c>limit</c> of its own.</summary>
    /// <inheritdoc cref="BindAsync"/>
    public static PageRequest Of(HttpContext context, int maxLimit) =>
        new(Read(context, "limit", 1, maxLimit, DefaultLimit), Read(context, "offset", 0, MaxOffset, 0));

    /// <summary>Returns the parameter <c>limit</c>, or another name, of a list that has no pages.</summary>
    /// <inheritdoc cref="BindAsync"/>
    public static int LimitOf(HttpContext context, int maxLimit, int defaultLimit, string name = "limit") =>
        Read(context, name, 1, maxLimit, defaultLimit);

    private static int Read(HttpContext context, string name, int min, int max, int defaultValue)
    {
        var values = context.Request.Query[name];
        if (values.Count == 0) return defaultValue;
        return values.Count == 1
            && int.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max
                ? value
                : throw ApiException.BadRequest(string.Create(
                    CultureInfo.InvariantCulture, $"Invalid {name}: a number from {min} to {max} is wanted"));
    }
}
