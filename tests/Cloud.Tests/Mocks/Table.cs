using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>Tables in string literals.</summary>
internal static class Table
{
    /// <summary>Returns the cells of each line, separated by spaces. A line that starts with a bar continues the previous line.</summary>
    public static IEnumerable<string[]> Rows(string table) =>
        Regex.Replace(table, "\n *[|]", "|").Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
