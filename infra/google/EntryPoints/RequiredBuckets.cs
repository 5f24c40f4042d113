using Microsoft.Extensions.Options;
using Spotify.Google.Objects;

namespace Spotify.Google.EntryPoints;

/// <summary>Says which objects a function uses.</summary>
internal static class RequiredBuckets
{
    /// <summary>Has the instance start only if there is a bucket for each kind of object.</summary>
    /// <param name="segments">The first segments of the objects' names.</param>
    public static IServiceCollection Of(this OptionsBuilder<BucketOptions> buckets, params IEnumerable<string> segments)
    {
        foreach (var segment in segments) buckets.Validate(options => options.Buckets.ContainsKey(segment), $"Buckets:{segment} is missing.");
        return buckets.Services;
    }
}
