using System.Globalization;
using System.Text.RegularExpressions;

namespace Spotify.Functions.AudioIngest;

/// <summary>The information in a file's path, used if tags are missing.</summary>
/// <param name="Title">The file name without its extension and a leading track number.</param>
/// <param name="Number">The leading track number; null if there is none.</param>
/// <param name="DiscNumber">The number of the disc's folder (<c>CD 2</c>); null if there is none.</param>
/// <param name="Folder">The name of the album's folder, which is the parent of a disc's folder; empty if there is none.</param>
/// <param name="FolderKey">
/// The identity of the album's folder: its name and its parent's name. Does not change if the whole collection is moved.
/// </param>
internal sealed partial record TrackFileName(string Title, int? Number, int? DiscNumber, string Folder, string FolderKey)
{
    public static TrackFileName Parse(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var match = PaddedNumber().Match(name);
        if (!match.Success) match = MarkedNumber().Match(name);
        var number = match.Success ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) : 0;

        var folder = Path.GetDirectoryName(path) ?? "";
        var disc = DiscFolder().Match(Path.GetFileName(folder));
        if (disc.Success) folder = Path.GetDirectoryName(folder) ?? "";
        return new TrackFileName(
            match.Success ? match.Groups["title"].Value : name,
            number > 0 ? number : null,
            disc.Success ? int.Parse(disc.Groups["disc"].ValueSpan, CultureInfo.InvariantCulture) : null,
            Path.GetFileName(folder),
            $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(folder)}");
    }

    // "01 Title", "01 - Title", "01. Title", "1-01 Title" (disc and track).
    [GeneratedRegex(@"^(?:[0-9][-.])?(?<number>[0-9]{2})(?:\s*[-._)]+\s*|\s+)(?<title>[^-._)\s].*)$", RegexOptions.Singleline)]
    private static partial Regex PaddedNumber();

    // "1. Title", "7 - Title". A number without punctuation after it ("7 Seconds") is part of the title.
    [GeneratedRegex(@"^(?<number>[0-9]{1,3})\s*[-._)]+\s*(?<title>[^-._)\s].*)$", RegexOptions.Singleline)]
    private static partial Regex MarkedNumber();

    [GeneratedRegex(@"^(?:cd|disc|disk)[ _-]?(?<disc>[1-9][0-9]?)$", RegexOptions.IgnoreCase)]
    private static partial Regex DiscFolder();
}
