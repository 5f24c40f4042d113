using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Spotify.Hosting.Telemetry;

/// <summary>The log of an instance: one line of JSON per entry, with the fields of Cloud Logging and Error Reporting.</summary>
/// <seealso href="https://cloud.google.com/logging/docs/structured-logging"/>
/// <seealso href="https://cloud.google.com/error-reporting/docs/formatting-error-messages"/>
/// <param name="output">Standard output, which Cloud Run collects.</param>
/// <param name="configuration">
/// Contains the project (<c>GOOGLE_CLOUD_PROJECT</c>), the service and its revision (<c>K_SERVICE</c>, <c>K_REVISION</c>, set by
/// Cloud Run) and the function (<c>FUNCTION_TARGET</c>).
/// </param>
public sealed class CloudLog(Stream output, IConfiguration configuration)
{
    private const string ReportedErrorEvent = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent";

    // An entry is limited to 256 KB, and a character takes up to 3 bytes.
    private const int LongestMessage = 8 << 10;
    private const int LongestStackTrace = 32 << 10;

    private readonly string? project = configuration["GOOGLE_CLOUD_PROJECT"];
    private readonly string service = configuration["K_SERVICE"] ?? "local";
    private readonly string? revision = configuration["K_REVISION"];
    private readonly string? function =
        (configuration["FUNCTION_TARGET"] ?? configuration["FunctionsFramework:FunctionTarget"])?.Split('.')[^1];

    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>Writes an entry. The entry belongs to the trace of the current request, if there is one.</summary>
    /// <param name="level">The severity. Error Reporting shows entries from <see cref="LogLevel.Error"/>.</param>
    /// <param name="message">The text, which is cut after 8,192 characters.</param>
    /// <param name="exception">The exception, written as the stack trace.</param>
    /// <param name="logger">The category.</param>
    /// <param name="fields">Writes further fields.</param>
    public void Write(
        LogLevel level,
        string message,
        Exception? exception = null,
        string? logger = null,
        Action<Utf8JsonWriter>? fields = null)
    {
        lock (gate)
        {
            buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                writer.WriteStartObject();
                writer.WriteString("severity", Severity(level));
                writer.WriteString("message", Shorten(message, LongestMessage));
                if (logger is not null) writer.WriteString("logger", logger);
                WriteTrace(writer);
                WriteLabels(writer);
                if (level >= LogLevel.Error) WriteError(writer, logger, exception);
                if (exception is not null) writer.WriteString("stack_trace", Shorten(exception.ToString(), LongestStackTrace));
                fields?.Invoke(writer);
                writer.WriteEndObject();
            }

            buffer.Write("\n"u8);
            output.Write(buffer.WrittenSpan);
            output.Flush();
        }
    }

    private static string Severity(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    private static string Shorten(string text, int longest) => text.Length <= longest ? text : text[..longest] + "…";

    private void WriteTrace(Utf8JsonWriter writer)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } activity) return;
        var id = activity.TraceId.ToHexString();
        writer.WriteString("logging.googleapis.com/trace", project is null ? id : $"projects/{project}/traces/{id}");
        writer.WriteString("logging.googleapis.com/spanId", activity.SpanId.ToHexString());
        writer.WriteBoolean(
            "logging.googleapis.com/trace_sampled",
            activity.Recorded || activity.ActivityTraceFlags.HasFlag(ActivityTraceFlags.Recorded));
    }

    private void WriteLabels(Utf8JsonWriter writer)
    {
        if (function is null) return;
        writer.WriteStartObject("logging.googleapis.com/labels");
        writer.WriteString("function", function);
        writer.WriteEndObject();
    }

    private void WriteError(Utf8JsonWriter writer, string? logger, Exception? exception)
    {
        writer.WriteString("@type", ReportedErrorEvent);
        writer.WriteStartObject("serviceContext");
        writer.WriteString("service", service);
        if (revision is not null) writer.WriteString("version", revision);
        writer.WriteEndObject();
        if (exception is not null) return;
        // Error Reporting requires a location for errors without a stack trace.
        writer.WriteStartObject("context");
        writer.WriteStartObject("reportLocation");
        writer.WriteString("functionName", logger ?? function ?? service);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
