using Spotify.Recommendations.Ranking;

namespace Spotify.Recommendations.Seeds;

/// <summary>Recommendations from seeds.</summary>
/// <param name="Picks">The tracks, the best first.</param>
/// <param name="Pools">The pool of each seed, in the order of the request.</param>
public sealed record SeedRecommendations(IReadOnlyList<Pick> Picks, IReadOnlyList<SeedPool> Pools);

/// <summary>The numbers of tracks from which a seed's recommendations are selected.</summary>
/// <param name="Initial">The tracks found for the seed.</param>
/// <param name="AfterRelinking">Those of them that are available in the market.</param>
/// <param name="AfterFiltering">Those of them that are not excluded and within the limits of attributes.</param>
public readonly record struct SeedPool(int Initial, int AfterRelinking, int AfterFiltering);
