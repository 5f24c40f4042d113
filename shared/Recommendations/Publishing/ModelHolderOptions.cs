namespace Spotify.Recommendations.Publishing;

/// <summary>The options of a <see cref="ModelHolder"/>.</summary>
public sealed record ModelHolderOptions
{
    /// <summary>
    /// The directory of downloaded models, which belongs to this holder alone: other contents are deleted. On Cloud Run it is in memory.
    /// </summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Returns the path of an object, for stores whose objects are files; null for others. The files are used in place, without a copy.
    /// </summary>
    public Func<string, string?>? PathOf { get; init; }

    /// <summary>The largest model in bytes. While a new one is loaded, there are two.</summary>
    public long MaxSize { get; init; } = 32L << 30;

    /// <summary>The shortest time between two reads of the pointer.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The time after which a version that could not be opened is tried again, because only the download may be damaged.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMinutes(10);
}
