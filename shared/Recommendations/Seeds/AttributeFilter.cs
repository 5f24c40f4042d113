using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Seeds;

/// <summary>The limits and targets of attributes, applied to encoded values.</summary>
internal sealed class AttributeFilter
{
    private readonly TrackTable tracks;
    private readonly List<(int Column, int Min, int Max)> limits = [];
    private readonly List<(TrackAttribute Attribute, float Target)> targets = [];

    public AttributeFilter(TrackTable tracks, IReadOnlyList<AttributeRange> ranges)
    {
        this.tracks = tracks;
        foreach (var (attribute, min, max, target) in ranges)
        {
            if (Known(min) is not null || Known(max) is not null)
            {
                limits.Add((
                    (int)attribute,
                    Known(min) is { } least ? TrackAttributes.EncodeLimit(attribute, least, roundUp: true) : 0,
                    Known(max) is { } most ? TrackAttributes.EncodeLimit(attribute, most, roundUp: false) : TrackAttributes.Unknown - 1));
            }

            if (Known(target) is { } preferred) targets.Add((attribute, preferred));
        }
    }

    /// <summary>Whether there are targets.</summary>
    public bool HasTargets => targets.Count > 0;

    /// <summary>Returns whether the known attributes of a track are within all limits.</summary>
    public bool Matches(int row)
    {
        if (limits.Count == 0) return true;
        var values = tracks.Columns.Attributes.Span.Slice(row * TrackAttributes.Count, TrackAttributes.Count);
        foreach (var (column, min, max) in limits)
            if (values[column] == TrackAttributes.Unknown || values[column] < min || values[column] > max) return false;
        return true;
    }

    /// <summary>Returns the distance of a track from the targets: the mean of the attributes, 0 to 1 each.</summary>
    public float Distance(int row)
    {
        var sum = 0f;
        foreach (var (attribute, target) in targets)
        {
            var value = tracks.Attribute(row, attribute);
            sum += float.IsNaN(value) ? 1 : Math.Min(1, Distance(attribute, value, target));
        }

        return sum / targets.Count;
    }

    // Relative to a difference that a listener would call large.
    private static float Distance(TrackAttribute attribute, float value, float target)
    {
        var difference = MathF.Abs(value - target);
        return attribute switch
        {
            TrackAttribute.DurationMs => difference / Math.Max(60_000, MathF.Abs(target)),
            TrackAttribute.Key => Math.Min(difference, 12 - difference) / 6,
            TrackAttribute.Loudness => difference / 30,
            TrackAttribute.Popularity => difference / 100,
            TrackAttribute.Tempo => difference / 100,
            TrackAttribute.TimeSignature => difference / 4,
            _ => difference,
        };
    }

    private static float? Known(float? value) => value is { } number && !float.IsNaN(number) ? number : null;
}
