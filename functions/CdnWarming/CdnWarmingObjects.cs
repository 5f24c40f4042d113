using System.Text.Json.Serialization;

namespace Spotify.Functions.CdnWarming;

/// <summary>A request to warm albums.</summary>
/// <param name="Albums">The ids of the albums.</param>
internal sealed record CdnWarmingRequestObject(IReadOnlyList<string?>? Albums);

/// <summary>The result of warming albums.</summary>
/// <param name="Albums">The number of albums that exist.</param>
/// <param name="Tracks">The number of their tracks that have audio.</param>
/// <param name="Objects">The number of objects that were fetched. An object counts once per CDN.</param>
/// <param name="Bytes">The number of bytes that were fetched.</param>
/// <param name="Failed">The number of objects that could not be fetched.</param>
/// <param name="Remaining">
/// The number of objects that were skipped for lack of time. A repeated request reaches them, because cached objects are fetched quickly.
/// </param>
/// <param name="Unknown">The ids of albums that do not exist.</param>
public sealed record CdnWarmingObject(
    int Albums,
    int Tracks,
    int Objects,
    long Bytes,
    int Failed,
    int Remaining,
    IReadOnlyList<string> Unknown);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CdnWarmingRequestObject))]
[JsonSerializable(typeof(CdnWarmingObject))]
internal sealed partial class CdnWarmingJson : JsonSerializerContext;
