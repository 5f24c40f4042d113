namespace Spotify.Recommendations.Publishing;

/// <summary>A listener whom no training has seen, to measure models.</summary>
/// <param name="History">The ids and weights of the tracks that the recommender may know.</param>
/// <param name="Targets">The ids of the tracks that it should recommend.</param>
public sealed record HeldOutListener(IReadOnlyList<(UInt128 Track, float Weight)> History, IReadOnlyList<UInt128> Targets);
