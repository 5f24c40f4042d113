using Spotify.Domain.Ports;

namespace Spotify.Google.Objects;

/// <summary>Which bucket an object is in.</summary>
public sealed class BucketMap
{
    private readonly IReadOnlyDictionary<string, string> bySegment;
    private readonly string? whole;

    private BucketMap(IReadOnlyDictionary<string, string> bySegment, string? whole)
    {
        this.bySegment = bySegment;
        this.whole = whole;
    }

    /// <summary>Every object is in one bucket, under its own name.</summary>
    public static BucketMap Whole(string bucket) => new(new Dictionary<string, string>(), bucket);

    /// <summary>The first segment of an object's name tells its bucket, where it has its whole name.</summary>
    public static BucketMap BySegment(IReadOnlyDictionary<string, string> buckets) => new(buckets, null);

    /// <summary>The bucket of an object.</summary>
    /// <exception cref="InvalidOperationException">None is configured.</exception>
    public string BucketOf(string name) => FindBucket(name) ?? throw Missing(name);

    /// <summary>The buckets that may hold objects whose names start with a prefix.</summary>
    /// <exception cref="InvalidOperationException">None is configured.</exception>
    internal IReadOnlyList<string> BucketsOf(string prefix)
    {
        if (whole is not null) return [whole];
        if (prefix.Contains('/')) return [BucketOf(prefix)];
        var buckets = bySegment.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(item => item.Value).Distinct().ToList();
        return buckets.Count > 0 ? buckets : throw Missing(prefix);
    }

    /// <summary>Whether a bucket is the one of an object: it may have others', which are none of ours.</summary>
    internal bool Holds(string bucket, string name) => FindBucket(name) == bucket;

    private static string FirstSegment(string name) => name.IndexOf('/') is >= 0 and var slash ? name[..slash] : name;

    private static InvalidOperationException Missing(string name) =>
        new($"There is no bucket for '{name}': set Buckets:{FirstSegment(name)} to the name of one.");

    private string? FindBucket(string name) => whole ?? bySegment.GetValueOrDefault(FirstSegment(name));
}
