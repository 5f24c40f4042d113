using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Spotify.Google.Telemetry;

namespace Spotify.Google;

/// <summary>Says in one entry of the log why an instance did not start.</summary>
internal static class StartFailure
{
    /// <summary>Writes the entry; a stack trace is part of it unless settings are to blame.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception)
    {
        var log = new CloudLog(Console.OpenStandardOutput(), new ConfigurationBuilder().AddEnvironmentVariables().Build());
        var settings = Settings(exception);
        log.Write(LogLevel.Critical, $"The instance does not start: {(settings is null ? exception.Message : string.Join(' ', settings))}", settings is null ? exception : null);
        return 1;
    }

    private static List<string>? Settings(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several when several.Flatten().InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [.. several.Flatten().InnerExceptions.SelectMany(inner => ((OptionsValidationException)inner).Failures)],
        _ => null,
    };
}
