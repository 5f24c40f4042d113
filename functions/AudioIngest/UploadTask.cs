using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// A task of <c>audio-ingest</c>: the import of an upload, the encoding of another quality of its track, or the extraction of its features.
/// </summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Name">The object name.</param>
/// <param name="Generation">The object version.</param>
/// <param name="Encoding">
/// The file name of the rung to encode, such as <c>high.ogg</c>, or <see cref="Features"/>; null for the import.
/// </param>
public sealed record UploadTask(string Bucket, string Name, long Generation, string? Encoding = null)
{
    /// <summary>The value of <see cref="Encoding"/> for the extraction of features.</summary>
    public const string Features = "features";

    /// <summary>
    /// Returns the task for an upload. The same upload and rung have the same task name, so that repeated events add one task.
    /// </summary>
    /// <param name="upload">The upload.</param>
    /// <param name="encoding">The file name of the rung to encode, or <see cref="Features"/>; null for the import.</param>
    public static TaskRequest Of(Upload upload, string? encoding = null)
    {
        var task = new UploadTask(upload.Bucket, upload.Name, upload.Generation, encoding);
        var suffix = encoding is null ? "" : $"-{encoding.Replace('.', '-')}";
        return new TaskRequest(JsonSerializer.SerializeToUtf8Bytes(task, UploadTaskJson.Default.UploadTask))
        {
            Name = FormattableString.Invariant($"{upload.Id}-{upload.Generation}{suffix}"),
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(UploadTask))]
internal sealed partial class UploadTaskJson : JsonSerializerContext;
