namespace Spotify.Benchmarks;

/// <summary>The median and the extremes of repeated measurements.</summary>
internal readonly record struct Statistics(double Median, double Minimum, double Maximum)
{
    public static Statistics Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return new(sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }
}
