using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;

namespace Spotify.Functions.DeadLetters;

/// <summary>
/// The archive of dead letters. Stores each as an object, <c>deadletters/{source}/{date}/{id}.json</c>, and reports it once: as an error in
/// the log, which triggers an alert, and in a metric.
/// </summary>
public sealed partial class DeadLetterArchive(IObjectStore store, DeadLetterMetrics metrics, ILogger<DeadLetterArchive> logger)
    : IMessageConsumer<ReadOnlyMemory<byte>>
{
    private const int LongestSegment = 200;

    /// <inheritdoc/>
    public async Task HandleAsync(ReadOnlyMemory<byte> body, MessageContext message, CancellationToken ct)
    {
        var source = message.Attributes.GetValueOrDefault(DeadLetter.Source, "");
        var reason = message.Attributes.GetValueOrDefault(DeadLetter.Reason, "");
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"deadletters/{Segment(source)}/{message.PublishedAt.UtcDateTime:yyyy-MM-dd}/{Segment(message.Id)}.json");
        if (await store.FindAsync(name, ct) is not null) return;
        using (var content = new MemoryStream(Write(body, message, source, reason)))
            await store.WriteAsync(name, content, new WriteOptions("application/json", OnlyIfAbsent: true), ct);
        LogDeadLetter(source, reason, name);
        metrics.Archived(source);
    }

    // Keeps only characters that are valid in the names of every store and cannot lead out of the folder.
    private static string Segment(string text)
    {
        var segment = string.Concat(text.Take(LongestSegment)
            .Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '-'));
        return segment.Length > 0 ? segment : "unknown";
    }

    private static byte[] Write(ReadOnlyMemory<byte> body, MessageContext message, string source, string reason)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("id", message.Id);
            writer.WriteString("source", source);
            writer.WriteString("reason", reason);
            writer.WriteString("message_id", message.Attributes.GetValueOrDefault(DeadLetter.MessageId));
            writer.WriteString("published_at", message.PublishedAt);
            writer.WriteStartObject("attributes");
            foreach (var (name, value) in message.Attributes)
            {
                if (name is not (DeadLetter.Source or DeadLetter.Reason or DeadLetter.MessageId)) writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            if (IsJson(body.Span))
            {
                writer.WritePropertyName("body");
                writer.WriteRawValue(body.Span, skipInputValidation: true);
            }
            else
            {
                writer.WriteBase64String("body_base64", body.Span);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static bool IsJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) _ = reader.GetString();
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string has bytes or escapes that are not valid Unicode.
            return false;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "DeadLetter", Level = LogLevel.Error, Message = "Dead letter of {Source}: {Reason} ({Object})")]
    private partial void LogDeadLetter(string source, string reason, string @object);
}
