using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Spotify.Hosting.Telemetry;

namespace Spotify.Hosting;

/// <summary>The report of a failed start of an instance.</summary>
public static class StartFailure
{
    /// <summary>Writes one log entry. The entry has a stack trace unless the cause is an invalid setting.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception)
    {
        var log = new CloudLog(Console.OpenStandardOutput(), new ConfigurationBuilder().AddEnvironmentVariables().Build());
        var settings = InvalidSettings(exception);
        log.Write(
            LogLevel.Critical,
            $"The instance does not start: {(settings is null ? exception.Message : string.Join(' ', settings))}",
            settings is null ? exception : null);
        return 1;
    }

    private static List<string>? InvalidSettings(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several when several.Flatten().InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [.. several.Flatten().InnerExceptions.SelectMany(inner => ((OptionsValidationException)inner).Failures)],
        _ => null,
    };
}
