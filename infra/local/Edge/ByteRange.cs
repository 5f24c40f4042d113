namespace Spotify.Local.Edge;

/// <summary>A stretch of a representation, both ends included, as HTTP counts.</summary>
/// <param name="First">The first byte, from 0.</param>
/// <param name="Last">The last byte.</param>
public readonly record struct ByteRange(long First, long Last)
{
    /// <summary>Its length in bytes.</summary>
    public long Length => Last - First + 1;
}
