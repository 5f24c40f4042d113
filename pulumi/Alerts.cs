using Pulumi;
using Pulumi.Gcp.Monitoring.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>How bad it is.</summary>
internal enum AlertSeverity
{
    /// <summary>Listeners notice. Someone is to look now.</summary>
    Critical,

    /// <summary>They may, later. Someone is to look today.</summary>
    Warning,
}

/// <summary>Something that someone is told of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="Query">When it is, in PromQL.</param>
/// <param name="For">How long it has to be so.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Alert(string Name, AlertSeverity Severity, string Title, string Query, TimeSpan For, string Remedy);

/// <summary>What someone is told of, and who.</summary>
internal sealed class Alerts(Gcp.Monitoring.NotificationChannel channel)
{
    private static readonly TimeSpan Now = TimeSpan.Zero;
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    /// <summary>What Google measures or functions log, and should not be. Another one is another row.</summary>
    /// <param name="background">The functions that no listener waits for, by name.</param>
    public static IEnumerable<Alert> Of(StackSettings settings, IEnumerable<string> background)
    {
        yield return new(
            "playback-success", AlertSeverity.Critical, "Less than 99 % of playback authorisations succeed", $"{Measures.PlaybackErrors} > 0.01", FiveMinutes,
            "Open the errors of `playback` in Error Reporting, and the database's CPU on the dashboard. If a deployment came before it, go back to the one before: "
            + "`git revert` and `pulumi up`. If it is the database, raise `databaseUnits`.");
        yield return new(
            "playback-fetches", AlertSeverity.Critical, "Clients cannot fetch more than 1 % of what they may play", $"{Measures.FetchFailures} > 0.01", FiveMinutes,
            "See whether the CDN answers 403 or 5xx (dashboard, CDN health). 403: the CDN does not know the key that `playback` signs with; `pulumi up` sets both from "
            + "`cdnKeyNames`. 404: encodings are missing from the audio bucket; import them again.");
        yield return new(
            "api-errors", AlertSeverity.Critical, "More than 1 % of the API's requests fail", $"{Measures.ApiErrors} > 0.01", FiveMinutes,
            "The chart of functions' requests says which function; Error Reporting says why. If a deployment came before it, go back to the one before.");
        yield return new(
            "cdn-errors", AlertSeverity.Critical, "More than 1 % of the requests for audio fail", $"{Measures.CdnErrors} > 0.01", FiveMinutes,
            "See whether the CDN's account may still read the audio bucket (`roles/storage.objectViewer`) and whether the bucket's key is enabled; "
            + "then the status of Cloud Storage.");
        yield return new(
            "cache-hits", AlertSeverity.Warning, "The CDN answers less than 90 % of the requests for audio itself", $"{Measures.CacheHits} < 0.9", TimeSpan.FromMinutes(30),
            "Requests reach the bucket, which is slower and costs more. After a release or an import it passes. Otherwise see whether URLs differ in more than their signature, "
            + "and whether someone fetches the whole catalog.");
        yield return new(
            "backlog", AlertSeverity.Warning, "More than 10 million messages wait", $"{Measures.Backlog} > 10000000", FiveMinutes,
            "Raise `MaxInstances` of the function that the subscription calls in `FunctionTable`, if it is at it; otherwise see in its log what it fails at.");
        yield return new(
            "lag", AlertSeverity.Warning, "A message has waited for more than 5 minutes", $"{Measures.Lag} > 300", FiveMinutes,
            "The function that the subscription calls fails or is too slow: its log says why. Messages wait for 31 days at most.");
        yield return new(
            "dead-letters", AlertSeverity.Warning, "A message or task could not be handled", $"{Measures.DeadLetters} > 0", Now,
            "It is in the archive bucket under `deadletters/`, with the reason and where it comes from. Mend the function, then publish it again to its topic.");
        yield return new(
            "background-failures", AlertSeverity.Warning, "A function that nobody waits for keeps failing", $"{Measures.Failures(background)} >= 3", Now,
            "Its log says why. 401 or 403: the caller's account or audience is not what `ServiceCallers` says. What it has not done is tried again by its schedule, queue or subscription.");
        yield return new(
            "ingest-failures", AlertSeverity.Warning, "An upload could not be imported", $"{Measures.FailedUploads} > 0", Now,
            "The log of `audio-ingest` names the object and says why. Mend the file and upload it again under the same name.");
        yield return new(
            "database-cpu", AlertSeverity.Warning, "The database's CPU is above what leaves room for the loss of a zone",
            FormattableString.Invariant($"{Measures.DatabaseCpu} > {(settings.Database.IsMultiRegion ? 0.45 : 0.65)}"), TenMinutes,
            "Raise `databaseUnits` or `databaseMaxUnits` and run `pulumi up`. Then look in Query Insights for a statement that has become dear.");
    }

    /// <summary>Makes one.</summary>
    public void Make(Alert alert, CustomResourceOptions options)
    {
        // Metrics that are made of logs are there a while after they are declared, and this would not wait.
        var condition = new AlertPolicyConditionConditionPrometheusQueryLanguageArgs
        {
            Query = alert.Query, Duration = Seconds(alert.For), EvaluationInterval = "60s", DisableMetricValidation = true,
        };
        Make(alert.Name, alert.Severity, alert.Title, alert.Remedy, options, new AlertPolicyConditionArgs { DisplayName = alert.Title, ConditionPrometheusQueryLanguage = condition });
    }

    /// <summary>Makes one of conditions that all have to hold.</summary>
    public void Make(string name, AlertSeverity severity, string title, string remedy, CustomResourceOptions options, params IEnumerable<AlertPolicyConditionArgs> conditions) =>
        _ = new Gcp.Monitoring.AlertPolicy(
            name,
            new()
            {
                DisplayName = title,
                Severity = severity == AlertSeverity.Critical ? "CRITICAL" : "WARNING",
                Combiner = "AND",
                Conditions = [.. conditions],
                NotificationChannels = { channel.Id },
                Documentation = new AlertPolicyDocumentationArgs { MimeType = "text/markdown", Subject = title, Content = remedy },
                AlertStrategy = new AlertPolicyAlertStrategyArgs { AutoClose = Seconds(TimeSpan.FromDays(1)) },
            },
            options);

    /// <summary>A time, as Cloud Monitoring takes it.</summary>
    public static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds}s");
}
