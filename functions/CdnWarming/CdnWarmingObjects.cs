using System.Text.Json.Serialization;

namespace Spotify.Functions.CdnWarming;

/// <summary>What is to be warmed.</summary>
/// <param name="Albums">Ids of albums.</param>
internal sealed record CdnWarmingRequestObject(IReadOnlyList<string?>? Albums);

/// <summary>How far a warming got.</summary>
/// <param name="Albums">The albums that there are.</param>
/// <param name="Tracks">Their tracks that have audio.</param>
/// <param name="Objects">Objects that were fetched, each from every CDN that listeners are sent to first.</param>
/// <param name="Bytes">The bytes of these.</param>
/// <param name="Failed">Objects that could not be fetched.</param>
/// <param name="Remaining">Objects that there was no time for: asked again, it goes on, since what is cached comes fast.</param>
/// <param name="Unknown">The albums that there are not.</param>
public sealed record CdnWarmingObject(int Albums, int Tracks, int Objects, long Bytes, int Failed, int Remaining, IReadOnlyList<string> Unknown);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CdnWarmingRequestObject))]
[JsonSerializable(typeof(CdnWarmingObject))]
internal sealed partial class CdnWarmingJson : JsonSerializerContext;
