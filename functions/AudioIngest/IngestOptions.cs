using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>Options for importing uploads.</summary>
public sealed record IngestOptions
{
    /// <summary>The bucket to which audio is uploaded. Objects of other buckets are refused.</summary>
    public string UploadBucket { get; init; } = "";

    /// <summary>
    /// The directory to which uploads are downloaded for processing, as <c>{Root}/{bucket}/{object}</c>. A writable absolute path without
    /// <c>.</c>, <c>..</c> or empty segments, used by one process only. Must not change, because sources are identified by this path.
    /// </summary>
    public string Root { get; init; } = "/uploads";

    /// <summary>
    /// The maximum size of an upload in bytes, above 0. Larger uploads are refused. <see cref="Root"/> must have space for the upload, and
    /// the temporary directory for an encoding.
    /// </summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>The maximum duration of one attempt: above 0, and shorter than the timeout of a task, 29 min 50 s.</summary>
    public TimeSpan TryLimit { get; init; } = AudioIngestFunction.Definition.Timeout - TimeSpan.FromMinutes(1);

    /// <summary>
    /// The seconds of audio that one core encodes and verifies in a second, in the slowest quality; above 0. Audio that would take longer
    /// than <see cref="TryLimit"/> is refused. <c>dotnet run -c Release --project tests/Benchmarks -- rungs</c> measures it: 20 to 23 on a
    /// server. The default is half of that, because the download and slower cores also take time.
    /// </summary>
    public double EncodingSpeed { get; init; } = 10;

    /// <summary>
    /// The number of attempts without an outcome (the instance stopped, or the time limit was exceeded) before an upload fails; at least 1.
    /// </summary>
    public int MaxTries { get; init; } = 5;

    /// <summary>The duration of an upload's lease: longer than an attempt, to allow for cleanup and clock differences.</summary>
    internal TimeSpan Lease => TryLimit + TimeSpan.FromMinutes(1);

    /// <summary>The maximum duration of the audio of an upload.</summary>
    internal TimeSpan MaxDuration => TryLimit * EncodingSpeed;
}

/// <summary>The validator of <see cref="IngestOptions"/>. Reports all problems at once, at start.</summary>
public sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    /// <summary>The configuration section of the options.</summary>
    public const string Section = "Ingest";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        List<string> problems = [.. Problems(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(IngestOptions options)
    {
        if (options.UploadBucket.Length == 0)
            yield return $"{Section}:{nameof(options.UploadBucket)} is missing: set it to the bucket to which audio is uploaded.";
        else if (options.UploadBucket.Contains('/') || options.UploadBucket is "." or "..")
            yield return $"{Section}:{nameof(options.UploadBucket)} '{options.UploadBucket}' is not a bucket name.";
        if (!Path.IsPathFullyQualified(options.Root) || Path.GetFullPath(options.Root) != options.Root)
            yield return $"{Section}:{nameof(options.Root)} must be an absolute path without '.', '..' or empty segments: {options.Root}";
        if (options.MaxBytes <= 0) yield return $"{Section}:{nameof(options.MaxBytes)} must be above 0, not {options.MaxBytes}.";
        var timeout = DeliveryPolicy.Of(AudioIngestFunction.Definition.Queue!).Timeout;
        if (options.TryLimit <= TimeSpan.Zero || options.TryLimit >= timeout)
            yield return $"{Section}:{nameof(options.TryLimit)} must be above 0 and shorter than {timeout}, not {options.TryLimit}.";
        if (!(options.EncodingSpeed > 0))
            yield return $"{Section}:{nameof(options.EncodingSpeed)} must be above 0, not {options.EncodingSpeed}.";
        if (options.MaxTries < 1) yield return $"{Section}:{nameof(options.MaxTries)} must be 1 or more, not {options.MaxTries}.";
    }
}
