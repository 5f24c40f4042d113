using System.Globalization;

namespace Spotify.Web.Wire;

/// <summary>Times as answers carry them: ISO 8601, UTC, whole seconds.</summary>
public static class ApiTime
{
    /// <summary>A time as <c>2023-01-15T14:30:00Z</c>.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
