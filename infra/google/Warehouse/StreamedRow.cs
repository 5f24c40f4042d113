using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Cloud.BigQuery.V2;
using Spotify.Domain.Data;

namespace Spotify.Google.Warehouse;

/// <summary>The conversion of rows to requests of the streaming API.</summary>
internal static class StreamedRow
{
    // Google recommends 500 rows a request. The limit of a request is 10 MB.
    private const int MaxRows = 500;
    private const int MaxBytes = 4 * 1024 * 1024;

    // The most that a name, a number or a time and their punctuation take.
    private const int MaxOtherBytes = 100;
    private const int MaxCharacterBytes = 6;

    /// <summary>Divides rows into requests.</summary>
    public static IEnumerable<IReadOnlyList<BigQueryInsertRow>> Batches(WarehouseTable table, IReadOnlyList<WarehouseRow> rows)
    {
        var (batch, bytes) = (new List<BigQueryInsertRow>(), 0);
        foreach (var row in rows)
        {
            var size = row.Values.Sum(value => MaxOtherBytes + (value is string text ? MaxCharacterBytes * text.Length : 0));
            if (batch.Count == MaxRows || batch.Count > 0 && bytes + size > MaxBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(Convert(table, row));
            bytes += size;
        }

        if (batch.Count > 0) yield return batch;
    }

    private static BigQueryInsertRow Convert(WarehouseTable table, WarehouseRow row)
    {
        var content = new StringBuilder();
        var converted = new BigQueryInsertRow();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (row.Values[i] is not { } value) continue;
            if (value is DateOnly day) value = day.ToString("O", CultureInfo.InvariantCulture);
            converted.Add(table.Columns[i].Name, value);
            var text = value is DateTimeOffset at ? Instant.ToMicroseconds(at) : value;
            content.Append(CultureInfo.InvariantCulture, $"{i}={text}\0");
        }

        converted.InsertId = System.Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString())).AsSpan(0, 15));
        return converted;
    }
}
