using System.Globalization;

namespace Spotify.Search.Terms;

/// <summary>
/// The names of objects. A build is named by the second at which it began, so that names are in the order of time.
/// </summary>
public static class DictionaryObjects
{
    /// <summary>The first segment of all names.</summary>
    public const string Segment = "search";

    /// <summary>The prefix of all dictionaries.</summary>
    public const string Dictionaries = Segment + "/dictionary/";

    /// <summary>The prefix of the counted terms of all builds.</summary>
    public const string Runs = Segment + "/terms/";

    private const string Format = "yyyyMMdd'T'HHmmss";

    /// <summary>Returns the build that begins at a time.</summary>
    public static string BuildAt(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Returns the time at which a build began; null if it is not the name of a build.</summary>
    public static DateTimeOffset? StartOf(string build) =>
        DateTimeOffset.TryParseExact(build, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>Returns the name of the dictionary of a build.</summary>
    public static string Dictionary(string build) => Dictionaries + build;

    /// <summary>Returns the prefix of the objects with the counted terms of a build.</summary>
    public static string RunsOf(string build) => $"{Runs}{build}/";

    /// <summary>Returns the build of an object; null if it is no object of a build.</summary>
    public static string? BuildOf(string name)
    {
        var rest = name.StartsWith(Dictionaries, StringComparison.Ordinal) ? name[Dictionaries.Length..]
            : name.StartsWith(Runs, StringComparison.Ordinal) ? name[Runs.Length..]
            : "";
        var build = rest.Split('/')[0];
        return StartOf(build) is null ? null : build;
    }
}
