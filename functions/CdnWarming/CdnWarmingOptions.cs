using System.ComponentModel.DataAnnotations;

namespace Spotify.Functions.CdnWarming;

/// <summary>How hard the CDN is warmed.</summary>
public sealed class CdnWarmingOptions
{
    /// <summary>How many objects are fetched at a time; 1 to 64.</summary>
    [Range(1, 64)]
    public int Parallelism { get; set; } = 16;

    /// <summary>How long an object may take, to its last byte; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest time of one call, 1 s to 1 h: less than the timeout of the function.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Budget { get; set; } = CdnWarmingFunction.Definition.Timeout - TimeSpan.FromMinutes(1);
}
