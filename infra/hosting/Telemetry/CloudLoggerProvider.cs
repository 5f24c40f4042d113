using System.Text.Json;

namespace Spotify.Hosting.Telemetry;

/// <summary>A logger provider that writes to the <see cref="CloudLog"/>. Message parameters become <c>fields</c>.</summary>
internal sealed class CloudLoggerProvider(CloudLog log) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(log, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Logger(CloudLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var message = formatter(state, exception);
            if (message.Length == 0 && exception is null) return;
            log.Write(
                logLevel,
                message.Length > 0 ? message : exception!.Message,
                exception,
                category,
                writer => WriteFields(writer, state as IReadOnlyList<KeyValuePair<string, object?>>));
        }

        private static void WriteFields(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, object?>>? state)
        {
            var started = false;
            foreach (var (name, value) in state ?? [])
            {
                if (name.Length == 0 || name == "{OriginalFormat}" || value is null) continue;
                if (!started) writer.WriteStartObject("fields");
                started = true;
                writer.WriteValue(name, value);
            }

            if (started) writer.WriteEndObject();
        }
    }
}
