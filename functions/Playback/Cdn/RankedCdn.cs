namespace Spotify.Functions.Playback.Cdn;

/// <summary>A CDN among those to choose from.</summary>
/// <param name="Cdn">The CDN.</param>
/// <param name="Score">0 to 1, the higher the better.</param>
/// <param name="Health">How it has done lately.</param>
public sealed record RankedCdn(CdnDefinition Cdn, double Score, CdnHealthState Health);
