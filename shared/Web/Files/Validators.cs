using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Spotify.Web.Files;

/// <summary>What tells one representation of a resource from the next.</summary>
/// <param name="EntityTag">A strong entity tag.</param>
/// <param name="LastModified">When the file was written, in whole seconds, never in the future.</param>
public sealed record Validators(EntityTagHeaderValue EntityTag, DateTimeOffset LastModified)
{
    /// <summary>The validators of a file. Names are immutable; size and time of writing betray a file that was mended in its place all the same.</summary>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="written">When it was written.</param>
    /// <param name="now">The time.</param>
    public static Validators Of(long size, DateTimeOffset written, DateTimeOffset now)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{written.UtcTicks:x}-{size:x}\"");
        var modified = written > now ? now : written;
        return new Validators(new EntityTagHeaderValue(tag), DateTimeOffset.FromUnixTimeSeconds(modified.ToUnixTimeSeconds()));
    }
}
