using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlaylistGenerator;

/// <summary>A task of <c>playlist-generator</c>, which generates the due surfaces of listeners.</summary>
/// <param name="Users">Up to <see cref="MaxUsers"/> user ids.</param>
public sealed record GenerationTask(IReadOnlyList<string> Users)
{
    /// <summary>The maximum number of listeners of a task.</summary>
    public const int MaxUsers = 100;

    /// <summary>The ids of the surfaces; null for all that are due.</summary>
    public IReadOnlyList<string>? Surfaces { get; init; }

    /// <summary>The batch of the fan-out; null for a visit.</summary>
    public FanOutBatch? Batch { get; init; }

    /// <summary>Returns the request of the queue.</summary>
    /// <param name="name">The name, by which the queue skips repetitions; null for none.</param>
    public TaskRequest ToRequest(string? name) =>
        new(JsonSerializer.SerializeToUtf8Bytes(this, GenerationJson.Default.GenerationTask)) { Name = name };
}

/// <summary>A batch of listeners of the weekly fan-out.</summary>
/// <param name="Surface">The id of the surface.</param>
/// <param name="Period">The period, as in <see cref="Domain.Playlists.SurfacePeriod.Key"/>.</param>
/// <param name="TimeZone">The time zone of the shard.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Id">The id of the batch, 22 characters: the same for every task that has its listeners.</param>
public sealed record FanOutBatch(string Surface, string Period, string TimeZone, int Shard, string Id);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GenerationTask))]
internal sealed partial class GenerationJson : JsonSerializerContext;
