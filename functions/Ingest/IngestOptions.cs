using Microsoft.Extensions.Options;

namespace Spotify.Functions.Ingest;

/// <summary>How uploads are taken in.</summary>
public sealed record IngestOptions
{
    /// <summary>The bucket that audio is uploaded to; objects of any other are refused.</summary>
    public string UploadBucket { get; init; } = "";

    /// <summary>
    /// The directory below which uploads lie while they are worked on, as <c>{Root}/{bucket}/{object}</c>: an absolute path that can be
    /// written to, one process's own, with no <c>.</c>, <c>..</c> or empty segment. It is part of the path by which a source is known, so it stays what it is.
    /// </summary>
    public string Root { get; init; } = "/uploads";

    /// <summary>The largest upload, in bytes; above 0. It and its encodings must fit below <see cref="Root"/> and the temporary directory.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>How long one try may take; above 0. Whoever delivers must wait as long for an answer: Pub/Sub does so for 10 min.</summary>
    public TimeSpan TryLimit { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>How many tries may end in nothing (the instance died, or it took too long) before an upload is given up; 1 or more.</summary>
    public int MaxTries { get; init; } = 5;

    /// <summary>How long an upload is one try's alone: some time beyond its limit, for what it does last and for clocks that differ.</summary>
    internal TimeSpan Lease => TryLimit + TimeSpan.FromMinutes(1);
}

/// <summary>Says at start what is wrong with <see cref="IngestOptions"/>, all of it at once.</summary>
public sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    /// <summary>The section of the configuration that the options come from.</summary>
    public const string Section = "Ingest";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        List<string> problems = [.. Problems(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(IngestOptions options)
    {
        if (options.UploadBucket.Length == 0) yield return $"{Section}:{nameof(options.UploadBucket)} is missing: the bucket that audio is uploaded to.";
        else if (options.UploadBucket.Contains('/') || options.UploadBucket is "." or "..") yield return $"{Section}:{nameof(options.UploadBucket)} '{options.UploadBucket}' is no name of a bucket.";
        if (!Path.IsPathFullyQualified(options.Root) || Path.GetFullPath(options.Root) != options.Root)
            yield return $"{Section}:{nameof(options.Root)} must be an absolute path with no '.', '..' or empty segment, not '{options.Root}'.";
        if (options.MaxBytes <= 0) yield return $"{Section}:{nameof(options.MaxBytes)} must be above 0, not {options.MaxBytes}.";
        if (options.TryLimit <= TimeSpan.Zero) yield return $"{Section}:{nameof(options.TryLimit)} must be above 0, not {options.TryLimit}.";
        if (options.MaxTries < 1) yield return $"{Section}:{nameof(options.MaxTries)} must be 1 or more, not {options.MaxTries}.";
    }
}
