using Pulumi;
using Pulumi.Gcp.Monitoring.Inputs;
using Spotify.ModelTraining;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The severity of an alert.</summary>
internal enum AlertSeverity
{
    /// <summary>Listeners are affected: act now.</summary>
    Critical,

    /// <summary>Listeners may be affected later: act today.</summary>
    Warning,
}

/// <summary>An alert on a query.</summary>
/// <param name="Name">The resource name.</param>
/// <param name="Severity">The severity.</param>
/// <param name="Title">The problem, in one line.</param>
/// <param name="Query">The condition, in PromQL.</param>
/// <param name="For">How long the condition must hold before the alert fires.</param>
/// <param name="Remedy">What the operator should do, in Markdown.</param>
internal sealed record Alert(string Name, AlertSeverity Severity, string Title, string Query, TimeSpan For, string Remedy);

/// <summary>Alert policies that notify a channel.</summary>
internal sealed class Alerts(Gcp.Monitoring.NotificationChannel channel)
{
    private static readonly TimeSpan Immediately = TimeSpan.Zero;
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    /// <summary>Returns the alerts on Google's metrics and on metrics from the functions' logs.</summary>
    /// <param name="background">Names of the functions that no listener calls.</param>
    public static IEnumerable<Alert> Of(StackSettings settings, IEnumerable<string> background)
    {
        yield return new(
            "playback-success",
            AlertSeverity.Critical,
            "Less than 99 % of playback authorizations succeed",
            Measures.PlaybackErrors.FailsAbove(0.01),
            FiveMinutes,
            "Open the errors of `playback` in Error Reporting, and the database's CPU on the dashboard. "
            + "If the errors began with a deployment, roll it back: `git revert` and `pulumi up`. "
            + "If the database is overloaded, raise `databaseUnits`.");
        yield return new(
            "playback-fetches",
            AlertSeverity.Critical,
            "Clients cannot fetch more than 1 % of the granted URLs",
            Measures.FetchFailures.FailsAbove(0.01),
            FiveMinutes,
            "Check whether the CDN answers 403, 404 or 5xx (dashboard, CDN health). "
            + "403: the CDN does not have the key that `playback` signs with; `pulumi up` sets both from `cdnKeyNames`. "
            + "404: encodings are missing from the audio bucket; import them again.");
        yield return new(
            "api-errors",
            AlertSeverity.Critical,
            "More than 1 % of API requests fail",
            Measures.ApiErrors.FailsAbove(0.01),
            FiveMinutes,
            "The dashboard's chart of function requests shows the failing function; Error Reporting shows the errors. "
            + "If the errors began with a deployment, roll it back.");
        yield return new(
            "cdn-errors",
            AlertSeverity.Critical,
            "More than 1 % of audio requests fail",
            Measures.CdnErrors.FailsAbove(0.01),
            FiveMinutes,
            "Check whether the CDN's service account can read the audio bucket (`roles/storage.objectViewer`), "
            + "whether the bucket's key is enabled, and the status of Cloud Storage.");
        yield return new(
            "cache-hits",
            AlertSeverity.Warning,
            "The CDN cache hit rate of audio requests is below 90 %",
            Measures.CacheHits.SucceedsBelow(0.9),
            TimeSpan.FromMinutes(30),
            "Cache misses are served from the bucket, which is slower and costs more. They are normal after a release or an import. "
            + "Otherwise check whether URLs differ in more than their signature, and whether a client downloads the whole catalog.");
        yield return new(
            "backlog",
            AlertSeverity.Warning,
            "More than 10 million messages are waiting",
            $"{Measures.Backlog} > 10000000",
            FiveMinutes,
            "If the subscription's function has reached its `MaxInstances`, raise it in `Sizes`. "
            + "Otherwise look for errors in its log.");
        yield return new(
            "lag",
            AlertSeverity.Warning,
            "A message has waited for more than 5 minutes",
            $"{Measures.Lag} > 300",
            FiveMinutes,
            "The subscription's function fails or is too slow; see its log. Messages are deleted after 31 days.");
        yield return new(
            "dead-letters",
            AlertSeverity.Warning,
            "A message or task could not be processed",
            $"{Measures.DeadLetters} > 0",
            Immediately,
            "The archive bucket has it under `deadletters/`, with its source and the reason. "
            + "Fix the function, then publish the message to its topic again.");
        yield return new(
            "background-failures",
            AlertSeverity.Warning,
            "A background function fails repeatedly",
            Measures.FailsRepeatedly(background),
            Immediately,
            "See its log. 401 or 403: the caller's account or audience differs from the `ServiceCallers` settings. "
            + "The schedule, queue or subscription retries the failed calls.");
        yield return new(
            "ingest-failures",
            AlertSeverity.Warning,
            "An upload could not be imported",
            $"{Measures.FailedUploads} > 0",
            Immediately,
            "The log of `audio-ingest` names the object and the error. Fix the file and upload it again under the same name.");
        yield return new(
            "training-failures",
            AlertSeverity.Warning,
            "A weekly training failed, or its model failed a check",
            $"{Measures.TrainingsWith(nameof(TrainingRunState.Failed), nameof(TrainingRunState.Rejected))} > 0",
            Immediately,
            "The published model stays in use. The log of `training-runs` has the reason, and the log of the job `model-training` the "
            + "error. A failed training is tried again up to three times a week. A model that failed a check is saved: publish it if it is "
            + "right (docs/recommendations.md, Weekly training).");
        yield return new(
            "model-age",
            AlertSeverity.Warning,
            "The published model is older than nine days",
            $"{Measures.TrainingsWith("Old")} > 0",
            Immediately,
            "No training of this week has published a model. See the alert on trainings. `gcloud run jobs execute model-training` trains "
            + "and publishes a model now.");
        yield return new(
            "fan-out-lag",
            AlertSeverity.Warning,
            "Weekly playlists are more than 6 hours late",
            $"{LogMetrics.FanOutLag.Mean("surface")} > 21600",
            TenMinutes,
            "The log of `weekly-playlists` has the listeners who are enqueued, done and failed. If they grow slowly, raise "
            + "`MaxInstances` of `playlist-generator` or `databaseUnits`. If they do not grow, see the errors of `playlist-shards` "
            + "and `playlist-generator`.");
        yield return new(
            "database-cpu",
            AlertSeverity.Warning,
            "The database's CPU load is too high to survive the loss of a zone",
            FormattableString.Invariant($"{Measures.DatabaseCpu} > {(settings.Database.IsMultiRegion ? 0.45 : 0.65)}"),
            TenMinutes,
            "Raise `databaseUnits` or `databaseMaxUnits` and run `pulumi up`. Then look for expensive statements in Query Insights.");
    }

    /// <summary>Declares the policy of an alert.</summary>
    public void Declare(Alert alert, CustomResourceOptions options)
    {
        var condition = new AlertPolicyConditionConditionPrometheusQueryLanguageArgs
        {
            Query = alert.Query,
            Duration = Seconds(alert.For),
            EvaluationInterval = "60s",
            // Log-based metrics exist only some time after their declaration, so validation would fail the first deployment.
            DisableMetricValidation = true,
        };
        Declare(
            alert.Name, alert.Severity, alert.Title, alert.Remedy, options,
            new AlertPolicyConditionArgs { DisplayName = alert.Title, ConditionPrometheusQueryLanguage = condition });
    }

    /// <summary>Declares a policy that fires if all conditions hold.</summary>
    public void Declare(
        string name, AlertSeverity severity, string title, string remedy, CustomResourceOptions options,
        params IEnumerable<AlertPolicyConditionArgs> conditions) =>
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

    /// <summary>Formats a duration for Cloud Monitoring.</summary>
    public static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds}s");
}
