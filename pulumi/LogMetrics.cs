using Pulumi;
using Pulumi.Gcp.Logging.Inputs;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.TrainingRuns;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// A log-based metric. Functions log their metrics, because an instance has no CPU between requests to export them. Query it with
/// <see cref="Sum"/>.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Description">The events that are counted.</param>
/// <param name="Filter">The filter that selects the log entries.</param>
/// <param name="Labels">The expressions that extract the labels from an entry, by label.</param>
internal sealed record LogMetric(string Name, string Description, string Filter, IReadOnlyDictionary<string, string> Labels)
{
    private const string Functions = "resource.type=\"cloud_run_revision\"";

    /// <summary>
    /// The instrument that wrote the entries; null if each entry counts once. An entry of a counter contains the increments of several
    /// seconds. A log-based metric with extracted values is a distribution, whose sum is the count.
    /// </summary>
    public string? Instrument { get; private init; }

    /// <summary>Creates a metric from the entries of a counter, with its tags as labels.</summary>
    public static LogMetric OfCounter(string name, string instrument, string description, params IEnumerable<string> tags) => new(
        name,
        description,
        $"{Functions} AND jsonPayload.metric=\"{instrument}\"",
        tags.ToDictionary(tag => tag, tag => $"EXTRACT(jsonPayload.tags.{tag})"))
    {
        Instrument = instrument,
    };

    /// <summary>Creates a metric that counts the responses of a route with a status.</summary>
    public static LogMetric OfRequests(string name, string route, int status, string description) => new(
        name,
        description,
        FormattableString.Invariant($"{Functions} AND jsonPayload.route=\"{route}\" AND httpRequest.status={status}"),
        new Dictionary<string, string>());

    /// <summary>Creates a metric that counts log entries by their outcome.</summary>
    /// <param name="logger">The logger's category.</param>
    public static LogMetric OfOutcomes(string name, string logger, string description) => new(
        name, description, $"{Functions} AND jsonPayload.logger=\"{logger}\" AND jsonPayload.fields.Outcome:*",
        new Dictionary<string, string> { ["outcome"] = "EXTRACT(jsonPayload.fields.Outcome)" });

    /// <summary>The series to sum, in PromQL.</summary>
    public string Sum => SumOf("");

    /// <summary>Returns the series with certain labels to sum, in PromQL.</summary>
    /// <param name="labels">A label matcher, such as <c>outcome="Failed"</c>.</param>
    public string SumOf(string labels)
    {
        var suffix = Instrument is null ? "" : "_sum";
        var separator = labels.Length == 0 ? "" : ",";
        return $"logging_googleapis_com:user_{Name}{suffix}{{monitored_resource=\"cloud_run_revision\"{separator}{labels}}}";
    }

    /// <summary>Returns the mean of the values of a gauge in ten minutes, in PromQL.</summary>
    /// <param name="by">The labels to keep.</param>
    public string Mean(string by)
    {
        var count = Sum.Replace("_sum{", "_count{", StringComparison.Ordinal);
        return $"sum by ({by}) (increase({Sum}[10m])) / sum by ({by}) (increase({count}[10m]))";
    }

    /// <summary>Declares the metric.</summary>
    public Gcp.Logging.Metric Declare(CustomResourceOptions options)
    {
        var descriptor = new MetricMetricDescriptorArgs
        {
            MetricKind = "DELTA",
            ValueType = Instrument is null ? "INT64" : "DISTRIBUTION",
            Unit = "1",
            DisplayName = Description,
        };
        foreach (var label in Labels.Keys) descriptor.Labels.Add(new MetricMetricDescriptorLabelArgs { Key = label, ValueType = "STRING" });
        var arguments = new Gcp.Logging.MetricArgs
        {
            Name = Name,
            Description = Description,
            Filter = Filter,
            MetricDescriptor = descriptor,
        };
        foreach (var (label, extractor) in Labels) arguments.LabelExtractors.Add(label, extractor);
        if (Instrument is not null)
        {
            arguments.ValueExtractor = "EXTRACT(jsonPayload.value)";
            // The buckets are required but unused, because queries only read the sum.
            arguments.BucketOptions = new MetricBucketOptionsArgs
            {
                ExponentialBuckets = new MetricBucketOptionsExponentialBucketsArgs { NumFiniteBuckets = 8, GrowthFactor = 10, Scale = 1 },
            };
        }

        return new Gcp.Logging.Metric(Name, arguments, options);
    }
}

/// <summary>The log-based metrics.</summary>
internal static class LogMetrics
{
    /// <summary>Granted playback authorizations.</summary>
    public static LogMetric Granted { get; } = LogMetric.OfCounter(
        "playback_granted", "spotify.playback.granted", "Playback authorizations granted", "cdn", "codec", "quality");

    /// <summary>Denied playback authorizations.</summary>
    public static LogMetric Denied { get; } = LogMetric.OfCounter(
        "playback_denied", "spotify.playback.denied", "Playback authorizations denied", "reason");

    /// <summary>Audio URLs that clients reported as failed.</summary>
    public static LogMetric FailureReports { get; } = LogMetric.OfRequests(
        "playback_failure_reports", "/v1/playback/failures", 204, "Audio URLs reported as failed");

    /// <summary>Messages and tasks that could not be processed.</summary>
    public static LogMetric DeadLetters { get; } = LogMetric.OfCounter(
        "dead_letters", "spotify.dead_letters.archived", "Messages and tasks that could not be processed", "source");

    /// <summary>Uploads by the outcome of their import.</summary>
    public static LogMetric Uploads { get; } = LogMetric.OfOutcomes(
        "uploads", typeof(UploadIngest).FullName!, "Uploads by outcome");

    /// <summary>Weekly trainings by their outcome, and reports of an old model.</summary>
    public static LogMetric Trainings { get; } = LogMetric.OfOutcomes(
        "trainings", typeof(TrainingRunner).FullName!, "Weekly trainings by outcome");

    /// <summary>Listeners of the weekly fan-out, by surface and state.</summary>
    public static LogMetric FanOutListeners { get; } = LogMetric.OfCounter(
        "fan_out_listeners", "spotify.fan_out.listeners", "Listeners of the weekly fan-out", "surface", "state");

    /// <summary>The age of the oldest period of the weekly fan-out that is not complete, in seconds.</summary>
    public static LogMetric FanOutLag { get; } = LogMetric.OfCounter(
        "fan_out_lag", "spotify.fan_out.lag", "Lag of the weekly fan-out in seconds", "surface");

    /// <summary>Visits by outcome.</summary>
    public static LogMetric Visits { get; } = LogMetric.OfCounter("visits", "spotify.visits", "Visits of listeners", "outcome");

    /// <summary>All metrics.</summary>
    public static IReadOnlyList<LogMetric> All { get; } =
    [
        Granted, Denied, FailureReports, DeadLetters, Uploads, Trainings, FanOutListeners, FanOutLag, Visits,
    ];
}
