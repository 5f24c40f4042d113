using System.Globalization;
using System.Text.RegularExpressions;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// Names of versions of models, such as <c>20261122T081500Z-1a2b3c4d</c>: the time of training, and the start of a hash of the files. Their
/// order is that of the times.
/// </summary>
public static partial class ModelVersion
{
    private const int HashLength = 8;

    /// <summary>Returns the name of a version.</summary>
    /// <param name="createdAt">The time of training.</param>
    /// <param name="hash">A hash of the files, in lower-case hexadecimal.</param>
    public static string Name(DateTimeOffset createdAt, string hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{createdAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{hash[..HashLength]}");

    /// <summary>Returns whether a text is the name of a version.</summary>
    public static bool IsValid(string? text) => text is not null && Pattern().IsMatch(text);

    [GeneratedRegex(@"\A[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\z")]
    private static partial Regex Pattern();
}
