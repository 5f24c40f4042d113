using System.Globalization;

namespace Spotify.Domain.Catalog;

/// <summary>Names of image objects: <c>images/{id}/{size}.jpg</c>, in the object store and in URLs.</summary>
public static class ImageNames
{
    /// <summary>Widths of catalog images, which are square, in pixels; the largest first.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [640, 300, 64];

    /// <summary>Returns the prefix of all sizes of an image.</summary>
    public static string Prefix(string imageId) => $"images/{imageId}/";

    /// <summary>Returns the name of one size of an image.</summary>
    /// <param name="imageId">The image's id.</param>
    /// <param name="width">The width in pixels.</param>
    public static string Of(string imageId, int width) => Prefix(imageId) + FileName(width);

    /// <summary>Returns the last segment of the name.</summary>
    /// <param name="width">The width in pixels.</param>
    public static string FileName(int width) => string.Create(CultureInfo.InvariantCulture, $"{width}.jpg");
}
