namespace Spotify.Hosting.Objects;

/// <summary>A map from object names to buckets.</summary>
public sealed class BucketMap
{
    private readonly IReadOnlyDictionary<string, string> bySegment;
    private readonly string? whole;

    private BucketMap(IReadOnlyDictionary<string, string> bySegment, string? whole)
    {
        this.bySegment = bySegment;
        this.whole = whole;
    }

    /// <summary>Creates a map with all objects in one bucket.</summary>
    public static BucketMap Whole(string bucket) => new(new Dictionary<string, string>(), bucket);

    /// <summary>Creates a map from the first segment of an object's name to its bucket. The object keeps its full name there.</summary>
    public static BucketMap BySegment(IReadOnlyDictionary<string, string> buckets) => new(buckets, null);

    /// <summary>Returns the bucket of an object.</summary>
    /// <exception cref="InvalidOperationException">No bucket is configured for the object.</exception>
    public string BucketOf(string name) => FindBucket(name) ?? throw Missing(name);

    /// <summary>Returns the buckets that may have objects with a prefix.</summary>
    /// <exception cref="InvalidOperationException">No bucket is configured for the prefix.</exception>
    public IReadOnlyList<string> BucketsOf(string prefix)
    {
        if (whole is not null) return [whole];
        if (prefix.Contains('/')) return [BucketOf(prefix)];
        List<string> buckets =
            [.. bySegment.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(item => item.Value).Distinct()];
        return buckets.Count > 0 ? buckets : throw Missing(prefix);
    }

    /// <summary>Returns whether an object name is mapped to a bucket. The bucket may also contain objects of other names.</summary>
    public bool Holds(string bucket, string name) => FindBucket(name) == bucket;

    private static string FirstSegment(string name) => name.IndexOf('/') is >= 0 and var slash ? name[..slash] : name;

    private static InvalidOperationException Missing(string name) =>
        new($"No bucket is configured for '{name}': set Buckets:{FirstSegment(name)}.");

    private string? FindBucket(string name) => whole ?? bySegment.GetValueOrDefault(FirstSegment(name));
}
