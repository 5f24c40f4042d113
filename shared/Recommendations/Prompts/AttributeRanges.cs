using Spotify.Recommendations.Seeds;

namespace Spotify.Recommendations.Prompts;

/// <summary>Combinations of the ranges of an attribute.</summary>
internal static class AttributeRanges
{
    /// <summary>Returns the values beyond the limits; null if there are no limits.</summary>
    public static AttributeRange? Negated(this AttributeRange range) =>
        range.Min is null && range.Max is null ? null : new AttributeRange(range.Attribute, range.Max, range.Min);

    /// <summary>Returns a range within both. If the two contradict each other, the limits and the target of the second apply.</summary>
    public static AttributeRange And(this AttributeRange range, AttributeRange other)
    {
        var (min, max) = (Greater(range.Min, other.Min), Smaller(range.Max, other.Max));
        if (min >= max) return other;
        var target = range.Target is { } one && other.Target is { } two ? (one + two) / 2 : range.Target ?? other.Target;
        if (target < min || target > max) target = other.Target;
        return new AttributeRange(range.Attribute, min, max, target);
    }

    private static float? Greater(float? one, float? two) => one is null || two > one ? two : one;

    private static float? Smaller(float? one, float? two) => one is null || two < one ? two : one;
}
