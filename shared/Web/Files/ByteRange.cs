namespace Spotify.Web.Files;

/// <summary>A byte range as in HTTP: both ends are inclusive.</summary>
/// <param name="First">The offset of the first byte, from 0.</param>
/// <param name="Last">The offset of the last byte.</param>
public readonly record struct ByteRange(long First, long Last)
{
    /// <summary>The length in bytes.</summary>
    public long Length => Last - First + 1;
}
