using Microsoft.Extensions.Options;

namespace Spotify.Google.Objects;

/// <summary>Which objects are in which bucket, and how Cloud Storage is called.</summary>
public sealed class BucketOptions
{
    /// <summary>The least that a chunk may be, and what it is a multiple of, in bytes: Cloud Storage's own limit.</summary>
    public const int ChunkUnit = 256 * 1024;

    /// <summary>The bucket of each first segment of names, the section <c>Buckets</c>; several may share one. Only what a function uses is there.</summary>
    public IReadOnlyDictionary<string, string> Buckets { get; set; } = new Dictionary<string, string>();

    /// <summary>How long a call may take with all its tries, a chunk of an upload or a stretch of a download counting as one; above 0, up to 10 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is tried that failed in passing, 1 to 20.</summary>
    public int MaxTries { get; set; } = 5;

    /// <summary>How long the second try waits at most, 0 or more; each further one doubles it. The wait is a random part of it.</summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a try waits at most.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How much of an upload is held in memory and sent at once, in bytes: a multiple of 256 KB, up to 64 MB.</summary>
    public int ChunkBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Up to what length a stretch is read into memory when it is opened, in bytes, 0 to 64 MB; a longer one is streamed.</summary>
    public int BufferedBytes { get; set; } = 1024 * 1024;

    /// <summary>Whether a bucket may be called that. https://cloud.google.com/storage/docs/buckets#naming</summary>
    internal static bool IsBucketName(string? name) =>
        name is { Length: >= 3 and <= 222 }
        && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_' or '.')
        && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1]);
}

/// <summary>Says at start what is wrong with <see cref="BucketOptions"/>, all of it at once.</summary>
internal sealed class BucketOptionsValidator : IValidateOptions<BucketOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, BucketOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(BucketOptions options)
    {
        if (options.Buckets.Count == 0) yield return "Buckets is missing: name the bucket of each kind of object that this function uses, such as Buckets:tracks.";
        foreach (var (segment, bucket) in options.Buckets)
        {
            if (!BucketOptions.IsBucketName(bucket)) yield return $"Buckets:{segment} is '{bucket}', which is no bucket's name: 3 to 222 lower-case letters, digits, hyphens, underscores and dots.";
        }

        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(10)) yield return $"Storage:Deadline is above 0, up to 10 minutes, not {options.Deadline}.";
        if (options.MaxTries is < 1 or > 20) yield return $"Storage:MaxTries is 1 to 20, not {options.MaxTries}.";
        if (options.MinBackoff < TimeSpan.Zero || options.MinBackoff > options.MaxBackoff) yield return $"Storage:MinBackoff is 0 or more and not above Storage:MaxBackoff, not {options.MinBackoff}.";
        if (options.ChunkBytes < BucketOptions.ChunkUnit || options.ChunkBytes % BucketOptions.ChunkUnit != 0 || options.ChunkBytes > 64 * 1024 * 1024) yield return $"Storage:ChunkBytes is a multiple of {BucketOptions.ChunkUnit}, up to 64 MB, not {options.ChunkBytes}.";
        if (options.BufferedBytes is < 0 or > 64 * 1024 * 1024) yield return $"Storage:BufferedBytes is 0 to 64 MB, not {options.BufferedBytes}.";
    }
}
