using System.Globalization;

namespace Spotify.Web.Wire;

/// <summary>The date format of the Web API: ISO 8601 in UTC, whole seconds.</summary>
public static class ApiTime
{
    /// <summary>Formats a time, such as <c>2023-01-15T14:30:00Z</c>.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
