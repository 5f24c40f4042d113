using Microsoft.Extensions.Options;

namespace Spotify.Hosting.Objects;

/// <summary>The buckets, and how Cloud Storage is called. Sections <c>Storage</c> and <c>Buckets</c>.</summary>
public sealed class BucketOptions
{
    /// <summary>The section of the options other than <see cref="Buckets"/>.</summary>
    public const string Section = "Storage";

    /// <summary>The section of <see cref="Buckets"/>.</summary>
    public const string BucketsSection = "Buckets";

    /// <summary>The environment variable of the emulator's address, the same as for Google's tools.</summary>
    public const string EmulatorVariable = "STORAGE_EMULATOR_HOST";

    /// <summary>The smallest chunk of an upload, in bytes. Cloud Storage requires multiples of it.</summary>
    public const int ChunkUnit = 256 * 1024;

    /// <summary>
    /// The bucket for each first segment of names. Several segments may share a bucket. Contains only the segments that the function
    /// uses.
    /// </summary>
    public IReadOnlyDictionary<string, string> Buckets { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// The time for a call including retries; above 0, up to 10 min. Each chunk of an upload and each read of a download counts as a call.
    /// </summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of tries of a call that fails with a transient error, 1 to 20.</summary>
    public int MaxTries { get; set; } = 5;

    /// <summary>
    /// The maximum wait before the second try, 0 or more. Doubles with each further try. The actual wait is a random part of the maximum.
    /// </summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The maximum wait before any try.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>The size of an upload's chunks, which are held in memory, in bytes: a multiple of 256 KB, up to 64 MB.</summary>
    public int ChunkBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The maximum length of a byte range that is read into memory when opened, in bytes, 0 to 64 MB. Longer ranges are streamed.
    /// </summary>
    public int BufferedBytes { get; set; } = 1024 * 1024;

    /// <summary>The address of an emulator, which needs no credentials; null: Cloud Storage. From <see cref="EmulatorVariable"/>.</summary>
    public string? EmulatorHost { get; set; }

    /// <summary>Returns whether a bucket can have a name.</summary>
    /// <seealso href="https://cloud.google.com/storage/docs/buckets#naming"/>
    public static bool IsBucketName(string? name) =>
        name is { Length: >= 3 and <= 222 }
        && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_' or '.')
        && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1]);
}

/// <summary>The validator of <see cref="BucketOptions"/>. Reports all problems at once.</summary>
public sealed class BucketOptionsValidator : IValidateOptions<BucketOptions>
{
    private const int MaxBufferBytes = 64 * 1024 * 1024;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, BucketOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(BucketOptions options)
    {
        if (options.Buckets.Count == 0)
            yield return "Buckets is missing: the bucket for each first segment of names, such as Buckets:tracks.";
        foreach (var (segment, bucket) in options.Buckets)
        {
            if (BucketOptions.IsBucketName(bucket)) continue;
            yield return $"Buckets:{segment} must be 3 to 222 lower-case letters, digits, hyphens, underscores and dots, not '{bucket}'.";
        }

        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(10))
            yield return $"Storage:Deadline must be above 0, up to 10 minutes, not {options.Deadline}.";
        if (options.MaxTries is < 1 or > 20) yield return $"Storage:MaxTries must be 1 to 20, not {options.MaxTries}.";
        if (options.MinBackoff < TimeSpan.Zero || options.MinBackoff > options.MaxBackoff)
            yield return $"Storage:MinBackoff must be 0 or more and at most Storage:MaxBackoff, not {options.MinBackoff}.";
        if (options.ChunkBytes is < BucketOptions.ChunkUnit or > MaxBufferBytes || options.ChunkBytes % BucketOptions.ChunkUnit != 0)
            yield return $"Storage:ChunkBytes must be a multiple of {BucketOptions.ChunkUnit}, up to 64 MB, not {options.ChunkBytes}.";
        if (options.BufferedBytes is < 0 or > MaxBufferBytes)
            yield return $"Storage:BufferedBytes must be 0 to 64 MB, not {options.BufferedBytes}.";
    }
}
