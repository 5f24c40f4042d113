namespace Spotify.Recommendations.Vectors;

/// <summary>The format of the numbers of a <see cref="VectorTable"/>.</summary>
public enum VectorFormat
{
    /// <summary>32-bit floating point: 4 bytes per dimension.</summary>
    Float32,

    /// <summary>
    /// 8-bit integers and one more bit of precision: 9/8 of a byte per dimension, and 2 bytes per vector for its scale.
    /// </summary>
    Int8,
}
