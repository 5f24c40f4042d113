using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Spotify.Web.Files;

/// <summary>The validators of a representation of a resource (RFC 9110 §8.8).</summary>
/// <param name="EntityTag">A strong entity tag.</param>
/// <param name="LastModified">When the file was written, in whole seconds, never in the future.</param>
public sealed record Validators(EntityTagHeaderValue EntityTag, DateTimeOffset LastModified)
{
    /// <summary>
    /// Returns the validators of a file. The entity tag contains its size and time, because a file can be replaced, although files should
    /// be immutable.
    /// </summary>
    /// <param name="size">The size in bytes.</param>
    /// <param name="written">When the file was written.</param>
    /// <param name="now">The current time.</param>
    public static Validators Of(long size, DateTimeOffset written, DateTimeOffset now)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{written.UtcTicks:x}-{size:x}\"");
        var modified = written > now ? now : written;
        return new Validators(new EntityTagHeaderValue(tag), DateTimeOffset.FromUnixTimeSeconds(modified.ToUnixTimeSeconds()));
    }
}
