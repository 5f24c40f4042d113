namespace Spotify.Recommendations.Neighbours;

/// <summary>A similarity of vectors.</summary>
public enum Similarity
{
    /// <summary>The inner product.</summary>
    InnerProduct,

    /// <summary>The cosine of the angle; 0 if a vector is zero.</summary>
    Cosine,
}
