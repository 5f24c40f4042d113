using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Ranking;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// The description of a model: the object <c>manifest.json</c> of its version. Written after the model's files, so a version with a
/// manifest is complete.
/// </summary>
public sealed partial record ModelManifest
{
    /// <summary>The version of the format of models that this code reads and writes.</summary>
    public const int CurrentFormat = 1;

    private const int MaxFiles = 100;

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The name of the version. See <see cref="ModelVersion"/>.</summary>
    public required string Version { get; init; }

    /// <summary>When the model was trained.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The data the model was trained on.</summary>
    public required ModelCounts Counts { get; init; }

    /// <summary>The options of the training that its result depends on.</summary>
    public required ModelSettings Settings { get; init; }

    /// <summary>The weights of the signals.</summary>
    public required EnsembleOptions Ensemble { get; init; }

    /// <summary>The measurements of the model.</summary>
    public required ModelMeasurements Measurements { get; init; }

    /// <summary>The files, in the order of their names.</summary>
    public required IReadOnlyList<ModelFile> Files { get; init; }

    /// <summary>The size of all files in bytes.</summary>
    [JsonIgnore]
    public long Size => Files.Sum(file => file.Size);

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">The object.</param>
    /// <param name="name">The name of the object, for the errors.</param>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    /// <exception cref="NotSupportedException">The model has another format.</exception>
    public static ModelManifest Parse(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            // Another format may lack members, so its number is read first.
            var format = JsonSerializer.Deserialize(json, PublishingJson.Default.ModelFormat)?.Format;
            if (format is null) throw new InvalidDataException($"{name}: the manifest has no format.");
            if (format != CurrentFormat)
                throw new NotSupportedException($"{name}: the model has format {format}; {CurrentFormat} is supported.");
            var manifest = JsonSerializer.Deserialize(json, PublishingJson.Default.ModelManifest)!;
            var isValid = ModelVersion.IsValid(manifest.Version) && manifest.Files.Count <= MaxFiles && manifest.Files.All(IsValid);
            return isValid ? manifest : throw new InvalidDataException($"{name}: the manifest is invalid.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name}: the manifest is damaged: {e.Message}", e);
        }
    }

    /// <summary>Returns the manifest as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PublishingJson.Default.ModelManifest);

    private static bool IsValid(ModelFile file) => FilePattern().IsMatch(file.Name) && file.Size >= 0 && file.Sha256.Length == 64;

    // Names become paths.
    [GeneratedRegex(@"\A[a-z0-9]{1,32}\.[a-z0-9]{1,8}\z")]
    private static partial Regex FilePattern();
}

/// <summary>The numbers of what a model was trained on.</summary>
/// <param name="Tracks">The tracks.</param>
/// <param name="Listeners">The listeners with interactions.</param>
/// <param name="Interactions">The pairs of a listener and a track.</param>
/// <param name="Playlists">The public playlists.</param>
/// <param name="Sounds">The tracks whose sound is known.</param>
public sealed record ModelCounts(int Tracks, int Listeners, int Interactions, int Playlists, int Sounds);

/// <summary>The options of a training.</summary>
/// <param name="Factors">The number of factors.</param>
/// <param name="Iterations">The number of iterations of the factor model.</param>
/// <param name="Seed">The seed of random numbers.</param>
/// <param name="Threads">The number of threads.</param>
public sealed record ModelSettings(int Factors, int Iterations, int Seed, int Threads);

/// <summary>The measurements of a model.</summary>
/// <param name="Recall">Recall@20 for listeners that the training did not see, 0 to 1; null if there were too few listeners.</param>
/// <param name="Listeners">The number of these listeners.</param>
/// <param name="Coverage">
/// The number of different tracks that are recommended to probes, as a share of the largest possible number, 0 to 1.
/// </param>
public sealed record ModelMeasurements(double? Recall, int Listeners, double Coverage);

/// <summary>A file of a model.</summary>
/// <param name="Name">The name.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal.</param>
public sealed record ModelFile(string Name, long Size, string Sha256);

/// <summary>The published version: the object <c>models/current.json</c>.</summary>
/// <param name="Version">The version that is in use.</param>
/// <param name="Previous">The version that was in use before; null for the first one.</param>
/// <param name="PublishedAt">When the version was published.</param>
public sealed record ModelPointer(string Version, string? Previous, DateTimeOffset PublishedAt);

/// <summary>The part of a manifest that all formats have.</summary>
internal sealed record ModelFormat(int? Format);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ModelPointer))]
[JsonSerializable(typeof(ModelFormat))]
[JsonSerializable(typeof(FactorOptions))]
[JsonSerializable(typeof(ItemModelOptions))]
internal sealed partial class PublishingJson : JsonSerializerContext;
