namespace Spotify.Recommendations.Neighbours;

/// <summary>A vector that a search has found.</summary>
/// <param name="Row">The row of the vector.</param>
/// <param name="Similarity">The similarity to the query, as in <see cref="NeighbourOptions.Similarity"/>.</param>
public readonly record struct Neighbour(int Row, float Similarity);
