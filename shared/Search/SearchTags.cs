using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Search;

/// <summary>
/// The terms of the field <see cref="Domain.Ports.SearchField.Tag"/>. They are private-use characters: no text has them, and the prefix
/// indexes of an engine hold a term of one character only once.
/// </summary>
public static class SearchTags
{
    private const int Years = 0xE100;
    private const int Decades = 0xF000;
    private const int ReleaseDays = 0xF0000;
    private const int AddedDays = 0xF8000;
    private const int Genres = 0x100000;

    private const int FirstYear = 1000;
    private const int YearCount = 2000;
    private const int DayCount = 0x7FF0;

    // The days are numbered from 2000 to 2089.
    private static readonly int FirstDay = new DateOnly(2000, 1, 1).DayNumber;

    /// <summary>The term of every document.</summary>
    public const string All = "\uE000";

    /// <summary>Returns whether a term is a tag, or the beginning of one.</summary>
    public static bool IsTag(string term) => term.Length > 0 && CharUnicodeInfo.GetUnicodeCategory(term, 0) == UnicodeCategory.PrivateUse;

    /// <summary>Returns whether a term is that of a decade.</summary>
    public static bool IsDecade(string term) => term is [>= (char)Decades and < (char)(Decades + (YearCount / 10))];

    /// <summary>Returns the term of a year of release, 1000 to 2999; null for other years.</summary>
    public static string? Year(int year) => year is >= FirstYear and < FirstYear + YearCount ? Term(Years + year - FirstYear) : null;

    /// <summary>Returns the term of the decade of a year of release, 1000 to 2999; null for other years.</summary>
    public static string? Decade(int year) =>
        year is >= FirstYear and < FirstYear + YearCount ? Term(Decades + ((year - FirstYear) / 10)) : null;

    /// <summary>Returns the term of a day of release from 2000 to 2089; null for other days.</summary>
    public static string? ReleaseDay(DateOnly day) => Day(ReleaseDays, day);

    /// <summary>Returns the term of a day of import (UTC) from 2000 to 2089; null for other days.</summary>
    public static string? AddedDay(DateOnly day) => Day(AddedDays, day);

    /// <summary>
    /// Returns the term of a genre: two characters from a hash of the folded name, so that two of a million genres rarely have the same.
    /// </summary>
    /// <param name="genre">The name, folded or not.</param>
    public static string Genre(string genre)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(SearchText.FoldedName(genre)));
        return Term(Genres + ((hash[0] << 8) | (hash[1] & 0xF7))) + Term(Genres + ((hash[2] << 8) | (hash[3] & 0xF7)));
    }

    /// <summary>Returns the terms of years of release, using those of whole decades. Years outside of 1000 to 2999 have no terms.</summary>
    public static IReadOnlyList<string> YearRange(int first, int last)
    {
        var terms = new List<string>();
        last = Math.Min(last, FirstYear + YearCount - 1);
        for (var year = Math.Max(first, FirstYear); year <= last;)
        {
            var isDecade = year % 10 == 0 && year + 9 <= last;
            terms.Add((isDecade ? Decade(year) : Year(year))!);
            year += isDecade ? 10 : 1;
        }

        return terms;
    }

    /// <summary>Returns the terms of a document.</summary>
    /// <param name="releaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>; empty if unknown.</param>
    /// <param name="addedAt">When the entity was imported; null if unknown.</param>
    /// <param name="genres">The genres.</param>
    internal static IEnumerable<string> Of(string releaseDate, DateTimeOffset? addedAt, IEnumerable<string> genres)
    {
        var hasYear = int.TryParse(releaseDate.AsSpan(0, Math.Min(4, releaseDate.Length)), CultureInfo.InvariantCulture, out var year);
        var isDay = DateOnly.TryParseExact(releaseDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        string?[] terms =
        [
            All, hasYear ? Year(year) : null, hasYear ? Decade(year) : null, isDay ? ReleaseDay(day) : null,
            addedAt is { } added ? AddedDay(DateOnly.FromDateTime(added.UtcDateTime)) : null, .. genres.Select(Genre),
        ];
        return terms.OfType<string>().Distinct(StringComparer.Ordinal);
    }

    private static string? Day(int first, DateOnly day) =>
        day.DayNumber - FirstDay is >= 0 and < DayCount and var number ? Term(first + number) : null;

    private static string Term(int codePoint) => char.ConvertFromUtf32(codePoint);
}
