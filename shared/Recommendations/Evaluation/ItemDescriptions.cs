using System.Globalization;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Evaluation;

/// <summary>Reads descriptions of items from a CSV file with the header <c>item,artist,album,genres,year</c>.</summary>
internal static class ItemDescriptions
{
    /// <summary>Returns the table of the items.</summary>
    /// <param name="source">The file; null: nothing is known about the items. Items of no interaction are ignored.</param>
    /// <param name="rows">The rows of the items by their ids.</param>
    /// <param name="interactions">The interactions to train on, for the popularity.</param>
    /// <exception cref="InvalidDataException">The file is invalid.</exception>
    public static TrackTable Read(CsvSource? source, Dictionary<string, int> rows, InteractionMatrix interactions)
    {
        var descriptions = new TrackDescription[rows.Count];
        var popularity = ModelScores.Popularity(interactions);
        for (var row = 0; row < descriptions.Length; row++)
            descriptions[row] = new TrackDescription((UInt128)row) { Popularity = popularity[row] };
        if (source is not null) Describe(source, rows, descriptions);
        var builder = new TrackTableBuilder();
        foreach (var description in descriptions) builder.Add(description);
        return builder.Build();
    }

    private static void Describe(CsvSource source, Dictionary<string, int> rows, TrackDescription[] descriptions)
    {
        var (artists, albums) = (new Dictionary<string, UInt128>(), new Dictionary<(string, string), UInt128>());
        foreach (var (line, fields) in CsvTable.Read(source.Reader, source.Name, "item", "artist", "album", "genres", "year"))
        {
            if (!rows.TryGetValue(fields[0].Trim(), out var row)) continue;
            var (artist, album, year) = (fields[1].Trim(), fields[2].Trim(), fields[4].Trim());
            var number = 0;
            if (year.Length > 0 && (!int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number > 9999))
                throw new InvalidDataException($"{source.Name}, line {line}: the year is not a number from 0 to 9999.");
            descriptions[row] = descriptions[row] with
            {
                Artists = artist.Length > 0 ? [Number(artists, artist)] : [],
                Album = album.Length > 0 ? Number(albums, (artist, album)) : null,
                Genres = fields[3].Split([';', '|'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                Year = number,
            };
        }
    }

    private static UInt128 Number<T>(Dictionary<T, UInt128> numbers, T name)
        where T : notnull
    {
        if (!numbers.TryGetValue(name, out var number)) numbers.Add(name, number = (UInt128)numbers.Count);
        return number;
    }
}
