using System.Text;

namespace Spotify.Recommendations.Evaluation;

/// <summary>Reads CSV text (RFC 4180): fields between commas, optionally quoted; quotes in quoted fields are doubled.</summary>
internal static class CsvTable
{
    private const int MaxFieldLength = 1 << 20;

    /// <summary>Returns the records after the header. Empty lines are skipped.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">The name of the text, for errors.</param>
    /// <param name="header">The expected names of the columns, in order.</param>
    /// <returns>For each record the number of its first line, from 1, and its fields.</returns>
    /// <exception cref="InvalidDataException">
    /// The header is another one, a record has another number of fields, or a quote is not closed. The message is one line.
    /// </exception>
    public static IEnumerable<(int Line, string[] Fields)> Read(TextReader reader, string name, params string[] header)
    {
        var expected = string.Join(',', header);
        var (line, isHeader) = (1, true);
        while (ReadRecord(reader, name, ref line) is var (first, fields))
        {
            if (isHeader)
            {
                isHeader = false;
                if (!fields.Select(field => field.Trim().TrimStart('\uFEFF')).SequenceEqual(header))
                    throw new InvalidDataException($"{name}, line {first}: the header must be {expected}.");
            }
            else if (fields.Length == header.Length)
            {
                yield return (first, fields);
            }
            else if (fields is not [""])
            {
                var found = fields.Length == 1 ? "1 field" : $"{fields.Length} fields";
                throw new InvalidDataException($"{name}, line {first}: {found} instead of {header.Length} ({expected}).");
            }
        }

        if (isHeader) throw new InvalidDataException($"{name}: the file is empty; the header must be {expected}.");
    }

    private static (int Line, string[] Fields)? ReadRecord(TextReader reader, string name, ref int line)
    {
        if (reader.Peek() < 0) return null;
        var (first, fields, field, isQuoted) = (line, new List<string>(), new StringBuilder(), false);
        while (true)
        {
            var next = reader.Read();
            if (field.Length > MaxFieldLength) throw new InvalidDataException($"{name}, line {first}: a field is too long.");
            if (isQuoted)
            {
                if (next < 0) throw new InvalidDataException($"{name}, line {first}: a quote is not closed.");
                if (next == '\n') line++;
                if (next != '"') field.Append((char)next);
                else if (reader.Peek() == '"') field.Append((char)reader.Read());
                else isQuoted = false;
            }
            else if (next == '"' && field.Length == 0)
            {
                isQuoted = true;
            }
            else if (next is ',' or '\n' or < 0)
            {
                if (next != ',' && field is [.., '\r']) field.Length--;
                fields.Add(field.ToString());
                field.Clear();
                if (next == ',') continue;
                line++;
                return (first, [.. fields]);
            }
            else
            {
                field.Append((char)next);
            }
        }
    }
}
