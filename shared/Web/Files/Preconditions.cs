using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Spotify.Web.Files;

/// <summary>The result of evaluating the preconditions of a request.</summary>
public enum PreconditionOutcome
{
    /// <summary>The request is processed.</summary>
    Proceed,

    /// <summary>The client has the current representation: 304.</summary>
    NotModified,

    /// <summary>The client requires another representation: 412.</summary>
    Failed,
}

/// <summary>
/// The evaluation of conditional GET and HEAD requests in the order of RFC 9110 §13.2.2. Invalid headers are ignored, except for an invalid
/// <c>If-Match</c>, which matches nothing.
/// </summary>
public static class Preconditions
{
    /// <summary>
    /// Evaluates steps 1 to 4: <c>If-Match</c> or else <c>If-Unmodified-Since</c>; <c>If-None-Match</c> or else <c>If-Modified-Since</c>.
    /// </summary>
    public static PreconditionOutcome Evaluate(IHeaderDictionary headers, Validators validators)
    {
        if (headers.IfMatch is { Count: > 0 } ifMatch)
        {
            if (!Matches(ifMatch, validators, strong: true)) return PreconditionOutcome.Failed;
        }
        else if (TryDate(headers.IfUnmodifiedSince, out var unmodifiedSince) && validators.LastModified > unmodifiedSince)
        {
            return PreconditionOutcome.Failed;
        }

        if (headers.IfNoneMatch is { Count: > 0 } ifNoneMatch)
        {
            if (Matches(ifNoneMatch, validators, strong: false)) return PreconditionOutcome.NotModified;
        }
        else if (TryDate(headers.IfModifiedSince, out var modifiedSince) && validators.LastModified <= modifiedSince)
        {
            return PreconditionOutcome.NotModified;
        }

        return PreconditionOutcome.Proceed;
    }

    /// <summary>Evaluates step 5, <c>If-Range</c>. Returns whether <c>Range</c> applies.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="validators">The representation's validators.</param>
    /// <param name="now">
    /// The current time. A date matches only after its second has passed, because a file can be written twice within a second (§8.8.2.2).
    /// </param>
    public static bool RangeApplies(IHeaderDictionary headers, Validators validators, DateTimeOffset now)
    {
        if (headers.IfRange is not { Count: > 0 } ifRange) return true;
        if (TryDate(ifRange, out var date)) return date == validators.LastModified && validators.LastModified.AddSeconds(1) <= now;
        return ifRange.Count == 1
            && EntityTagHeaderValue.TryParse(ifRange[0], out var tag)
            && tag.Compare(validators.EntityTag, useStrongComparison: true);
    }

    private static bool Matches(StringValues header, Validators validators, bool strong)
    {
        if (header is [var single] && single.AsSpan().Trim() is "*") return true;
        if (!EntityTagHeaderValue.TryParseStrictList(header.OfType<string>().ToList(), out var tags)) return false;
        foreach (var tag in tags)
        {
            if (tag.Compare(validators.EntityTag, strong)) return true;
        }

        return false;
    }

    private static bool TryDate(StringValues header, out DateTimeOffset date)
    {
        date = default;
        return header.Count == 1 && HeaderUtilities.TryParseDate(header[0], out date);
    }
}
