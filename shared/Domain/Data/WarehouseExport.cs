using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Spotify.Domain.Ports;

namespace Spotify.Domain.Data;

/// <summary>
/// A query of the warehouse whose result is exported to objects, because it is too large to be read page by page. The objects are
/// compressed with gzip and have a JSON object per line, as BigQuery exports them: 64-bit integers are strings, times are text, and values
/// that are null are missing.
/// </summary>
/// <seealso href="https://cloud.google.com/bigquery/docs/reference/standard-sql/export-statements"/>
public sealed class WarehouseExport
{
    /// <summary>The end of the objects' names.</summary>
    public const string Extension = ".json.gz";

    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.ffffff 'UTC'";

    private const int BufferBytes = 1 << 16;
    private const int MaxLineBytes = 1 << 20;

    private static readonly JsonWriterOptions Compact = new() { SkipValidation = true };

    private readonly (string Name, ColumnType Type)[] columns;
    private readonly byte[][] names;
    private readonly RowShape shape;

    /// <summary>Creates an export.</summary>
    /// <param name="statement">The query.</param>
    /// <param name="columns">The columns of its result.</param>
    /// <exception cref="ArgumentException">The type of a column cannot be exported.</exception>
    public WarehouseExport(WarehouseStatement statement, params (string Name, ColumnType Type)[] columns)
    {
        if (columns.FirstOrDefault(column => column.Type is ColumnType.Bytes) is { Name: { } name })
            throw new ArgumentException($"{name}: bytes cannot be exported.", nameof(columns));
        (Statement, this.columns) = (statement, columns);
        names = [.. columns.Select(column => Encoding.UTF8.GetBytes(column.Name))];
        shape = new RowShape(columns.Select(column => column.Name));
    }

    /// <summary>The query.</summary>
    public WarehouseStatement Statement { get; }

    /// <summary>
    /// Exports the query to objects with a new prefix, returns their rows in no particular order, and deletes the objects. Reads them as
    /// streams: the memory does not depend on the number of rows.
    /// </summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="objects">The store that has the objects.</param>
    /// <param name="parameters">The parameters of the query.</param>
    /// <param name="folder">The start of the objects' names, such as <c>exports/training</c>.</param>
    /// <param name="ct">Cancels the call. The objects are deleted all the same.</param>
    /// <exception cref="InvalidDataException">An object is damaged, or rows are missing.</exception>
    public async IAsyncEnumerable<Row> ReadAsync(
        IWarehouse warehouse, IObjectStore objects, Parameters parameters, string folder, [EnumeratorCancellation] CancellationToken ct)
    {
        var prefix = $"{folder}/{Guid.NewGuid():N}/";
        try
        {
            var (expected, count) = (await warehouse.ExportAsync(this, parameters, prefix, ct), 0L);
            await foreach (var row in ReadAsync(objects, prefix, ct))
            {
                count++;
                yield return row;
            }

            if (count != expected) throw new InvalidDataException($"{prefix}: {count} of {expected} exported rows were found.");
        }
        finally
        {
            await foreach (var exported in objects.ListAsync(prefix, CancellationToken.None))
                await objects.DeleteAsync(exported.Name, CancellationToken.None);
        }
    }

    /// <summary>Returns the rows of the objects with a prefix.</summary>
    /// <exception cref="InvalidDataException">An object is damaged.</exception>
    public async IAsyncEnumerable<Row> ReadAsync(IObjectStore objects, string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var exported in objects.ListAsync(prefix, ct))
        {
            await using var content = await objects.OpenReadAsync(exported.Name, null, ct);
            await using var decompressed = new GZipStream(content, CompressionMode.Decompress);
            var reader = PipeReader.Create(decompressed, new StreamPipeReaderOptions(bufferSize: BufferBytes));
            while (true)
            {
                var read = await reader.ReadAsync(ct);
                var buffer = read.Buffer;
                while (TakeLine(ref buffer, read.IsCompleted) is { } line)
                    if (line.Length > 0) yield return Parse(line, exported.Name);
                if (read.IsCompleted) break;
                if (buffer.Length > MaxLineBytes) throw new InvalidDataException($"{exported.Name}: a line is too long.");
                reader.AdvanceTo(buffer.Start, buffer.End);
            }

            await reader.CompleteAsync();
        }
    }

    /// <summary>Writes a row as a line.</summary>
    /// <param name="output">The output, uncompressed.</param>
    /// <param name="row">A row that has the columns of the export.</param>
    public void Write(Stream output, Row row)
    {
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            foreach (var (name, type) in columns)
            {
                if (row.IsNull(name)) continue;
                switch (type)
                {
                    case ColumnType.Bool:
                        json.WriteBoolean(name, row.Bool(name));
                        break;
                    case ColumnType.Float64:
                        json.WriteNumber(name, row.Float64(name));
                        break;
                    case ColumnType.Int64:
                        json.WriteString(name, row.Int64(name).ToString(CultureInfo.InvariantCulture));
                        break;
                    case ColumnType.Timestamp:
                        json.WriteString(name, row.Timestamp(name).UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
                        break;
                    default:
                        json.WriteString(name, row.String(name));
                        break;
                }
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static ReadOnlySequence<byte>? TakeLine(ref ReadOnlySequence<byte> buffer, bool isLast)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return line;
        }

        if (!isLast || buffer.IsEmpty) return null;
        var rest = buffer;
        buffer = buffer.Slice(buffer.End);
        return rest;
    }

    private Row Parse(in ReadOnlySequence<byte> line, string name)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var values = new object?[columns.Length];
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("A line is not an object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var column = 0;
                while (column < names.Length && !reader.ValueTextEquals(names[column])) column++;
                reader.Read();
                if (column == names.Length) reader.Skip();
                else values[column] = Value(ref reader, columns[column].Type);
            }

            return new Row(shape, values);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new InvalidDataException($"{name}: an exported row is damaged: {e.Message}", e);
        }
    }

    private static object? Value(ref Utf8JsonReader reader, ColumnType type)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (type == ColumnType.Bool) return reader.GetBoolean() ? 1L : 0L;
        if (reader.TokenType == JsonTokenType.Number) return type == ColumnType.Float64 ? reader.GetDouble() : reader.GetInt64();
        var text = reader.GetString()!;
        return type switch
        {
            ColumnType.Int64 => long.Parse(text, CultureInfo.InvariantCulture),
            ColumnType.Float64 => double.Parse(text, CultureInfo.InvariantCulture),
            ColumnType.Timestamp => Instant.ToMicroseconds(DateTimeOffset.Parse(
                text.EndsWith(" UTC", StringComparison.Ordinal) ? text[..^4] : text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal)),
            _ => text,
        };
    }
}
