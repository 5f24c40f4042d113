namespace Spotify.Recommendations.Interactions;

/// <summary>An interaction of a known listener.</summary>
/// <param name="Track">The track's row.</param>
/// <param name="Weight">The weight, as in <see cref="Interaction"/>.</param>
public readonly record struct Preference(int Track, float Weight);
