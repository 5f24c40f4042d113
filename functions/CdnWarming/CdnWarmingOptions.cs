using System.ComponentModel.DataAnnotations;

namespace Spotify.Functions.CdnWarming;

/// <summary>The limits of CDN warming.</summary>
public sealed class CdnWarmingOptions
{
    /// <summary>The number of concurrent downloads; 1 to 64.</summary>
    [Range(1, 64)]
    public int Parallelism { get; set; } = 16;

    /// <summary>The timeout of a download, to its last byte; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The timeout of the whole request, which should be below the timeout of the function; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Budget { get; set; } = CdnWarmingFunction.Definition.Timeout - TimeSpan.FromMinutes(1);
}
