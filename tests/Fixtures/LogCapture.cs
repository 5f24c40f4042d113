using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Spotify.Fixtures;

/// <summary>
/// All that a host could log: messages, values and scopes from Information (of the product from Debug), whatever the host filters, and
/// the names and tags of all spans.
/// </summary>
public sealed class LogCapture : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> texts = new();
    private readonly ActivityListener listener;

    public LogCapture()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => texts.Enqueue($"{span.DisplayName} {string.Join(' ', span.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>The texts so far.</summary>
    public IReadOnlyCollection<string> Texts => texts;

    /// <summary>Adds the capture to the services of a host.</summary>
    public void AddTo(IServiceCollection services) => services
        .AddSingleton<ILoggerProvider>(this)
        .Configure<LoggerFilterOptions>(filters => filters
            .AddFilter<LogCapture>(null, LogLevel.Information)
            .AddFilter<LogCapture>("Spotify", LogLevel.Debug));

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        texts.Enqueue(Describe(state));
        return null;
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        texts.Enqueue($"{formatter(state, exception)} {Describe(state)} {exception}");

    public void Dispose() => listener.Dispose();

    private static string Describe<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values) : $"{state}";
}
