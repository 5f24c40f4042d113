namespace Spotify.Functions.Playback.Cdn;

/// <summary>A CDN and its score.</summary>
/// <param name="Cdn">The CDN.</param>
/// <param name="Score">0 to 1, the higher the better.</param>
/// <param name="Health">The health of the CDN.</param>
public sealed record RankedCdn(CdnDefinition Cdn, double Score, CdnHealthState Health);
