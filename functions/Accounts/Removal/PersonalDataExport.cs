using System.Text.Json;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web.PersonalData;
using Spotify.Web.Wire;

namespace Spotify.Functions.Accounts.Removal;

/// <summary>A user's data as JSON: an object with an array of rows for each table, and the documents.</summary>
internal static class PersonalDataExport
{
    private const int BufferBytes = 32 << 10;

    /// <summary>Writes the data of a user. The memory that it needs does not depend on their size.</summary>
    public static async Task WriteAsync(
        IDatabase database, IServiceProvider services, string userId, Stream stream, CancellationToken ct)
    {
        await using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var rows in FunctionDefinitions.PersonalData)
        {
            json.WriteStartArray(NameOf(rows.Name));
            await foreach (var row in rows.ReadAsync(database, userId, ct))
            {
                json.WriteStartObject();
                foreach (var column in rows.Exported) Write(json, NameOf(column.Name), PersonalRows.Value(column, row));
                json.WriteEndObject();
                if (json.BytesPending > BufferBytes) await json.FlushAsync(ct);
            }

            json.WriteEndArray();
        }

        foreach (var documents in FunctionDefinitions.PersonalDocuments)
        {
            json.WritePropertyName(documents.Name);
            await documents.WriteAsync(services, userId, json, ct);
        }

        json.WriteEndObject();
    }

    private static string NameOf(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case DateTimeOffset time:
                json.WriteString(name, ApiTime.Format(time));
                break;
            case byte[] bytes:
                json.WriteBase64String(name, bytes);
                break;
            default:
                json.WriteNull(name);
                break;
        }
    }
}
