using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Seeds;

/// <summary>The limits and targets of attributes, applied to encoded values.</summary>
internal sealed class AttributeFilter
{
    private readonly TrackTable tracks;
    private readonly List<(int Column, int Min, int Max)> limits = [];
    private readonly List<AttributeRange> targets = [];

    public AttributeFilter(TrackTable tracks, IReadOnlyList<AttributeRange> ranges)
    {
        this.tracks = tracks;
        foreach (var range in ranges)
        {
            var (attribute, min, max, target) = range;
            if (Known(min) is not null || Known(max) is not null)
            {
                limits.Add((
                    (int)attribute,
                    Known(min) is { } least ? TrackAttributes.EncodeLimit(attribute, least, roundUp: true) : 0,
                    Known(max) is { } most ? TrackAttributes.EncodeLimit(attribute, most, roundUp: false) : TrackAttributes.Unknown - 1));
            }

            if (Known(target) is not null) targets.Add(range);
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
        foreach (var target in targets) sum += target.Distance(tracks.Attribute(row, target.Attribute));
        return sum / targets.Count;
    }

    private static float? Known(float? value) => value is { } number && !float.IsNaN(number) ? number : null;
}
