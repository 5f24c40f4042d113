using Pulumi;
using Pulumi.Gcp.Logging.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// A metric made of what functions log, because an instance has no CPU between requests to export one with. It is queried by
/// <see cref="Sum"/>.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it counts.</param>
/// <param name="Filter">The entries that it is made of.</param>
/// <param name="Labels">Where its labels are in an entry.</param>
internal sealed record LogMetric(string Name, string Description, string Filter, IReadOnlyDictionary<string, string> Labels)
{
    private const string Functions = "resource.type=\"cloud_run_revision\"";

    /// <summary>
    /// The instrument that the entries are of; null if each entry counts once. An entry has what came to a counter in some seconds, and a
    /// metric that takes numbers out of entries is a distribution of them: its sum is the count.
    /// </summary>
    public string? Instrument { get; private init; }

    /// <summary>What a counter counts, by its tags.</summary>
    public static LogMetric OfCounter(string name, string instrument, string description, params IEnumerable<string> tags) => new(
        name, description, $"{Functions} AND jsonPayload.metric=\"{instrument}\"", tags.ToDictionary(tag => tag, tag => $"EXTRACT(jsonPayload.tags.{tag})"))
    {
        Instrument = instrument,
    };

    /// <summary>How often a route answered with a status.</summary>
    public static LogMetric OfRequests(string name, string route, int status, string description) => new(
        name, description, FormattableString.Invariant($"{Functions} AND jsonPayload.route=\"{route}\" AND httpRequest.status={status}"), new Dictionary<string, string>());

    /// <summary>How often something that is logged came to each outcome.</summary>
    /// <param name="logger">The logger's category.</param>
    public static LogMetric OfOutcomes(string name, string logger, string description) => new(
        name, description, $"{Functions} AND jsonPayload.logger=\"{logger}\" AND jsonPayload.fields.Outcome:*",
        new Dictionary<string, string> { ["outcome"] = "EXTRACT(jsonPayload.fields.Outcome)" });

    /// <summary>What to sum in PromQL.</summary>
    public string Sum => SumOf("");

    /// <summary>The same, of some of it.</summary>
    /// <param name="labels">What the labels are to be: <c>outcome="Failed"</c>.</param>
    public string SumOf(string labels) =>
        $"logging_googleapis_com:user_{Name}{(Instrument is null ? "" : "_sum")}{{monitored_resource=\"cloud_run_revision\"{(labels.Length == 0 ? "" : ",")}{labels}}}";

    /// <summary>Makes it.</summary>
    public Gcp.Logging.Metric Make(CustomResourceOptions options)
    {
        var descriptor = new MetricMetricDescriptorArgs { MetricKind = "DELTA", ValueType = Instrument is null ? "INT64" : "DISTRIBUTION", Unit = "1", DisplayName = Description };
        foreach (var label in Labels.Keys) descriptor.Labels.Add(new MetricMetricDescriptorLabelArgs { Key = label, ValueType = "STRING" });
        var arguments = new Gcp.Logging.MetricArgs { Name = Name, Description = Description, Filter = Filter, MetricDescriptor = descriptor };
        foreach (var (label, extractor) in Labels) arguments.LabelExtractors.Add(label, extractor);
        if (Instrument is not null)
        {
            arguments.ValueExtractor = "EXTRACT(jsonPayload.value)";
            // Sums alone are asked for.
            arguments.BucketOptions = new MetricBucketOptionsArgs
            {
                ExponentialBuckets = new MetricBucketOptionsExponentialBucketsArgs { NumFiniteBuckets = 8, GrowthFactor = 10, Scale = 1 },
            };
        }

        return new Gcp.Logging.Metric(Name, arguments, options);
    }
}

/// <summary>Every metric that is made of logs. Another one is another line.</summary>
internal static class LogMetrics
{
    /// <summary>Playback authorised.</summary>
    public static LogMetric Granted { get; } = LogMetric.OfCounter("playback_granted", "spotify.playback.granted", "Playback authorised", "cdn", "codec", "quality");

    /// <summary>Playback refused.</summary>
    public static LogMetric Denied { get; } = LogMetric.OfCounter("playback_denied", "spotify.playback.denied", "Playback refused", "reason");

    /// <summary>URLs that clients say they could not fetch.</summary>
    public static LogMetric FailureReports { get; } = LogMetric.OfRequests("playback_failure_reports", "/v1/playback/failures", 204, "URLs that could not be fetched");

    /// <summary>Messages and tasks that nobody could handle.</summary>
    public static LogMetric DeadLetters { get; } = LogMetric.OfCounter("dead_letters", "spotify.dead_letters.archived", "Messages and tasks that nobody could handle", "source");

    /// <summary>Uploads that were imported, or why not.</summary>
    public static LogMetric Uploads { get; } = LogMetric.OfOutcomes("uploads", "Spotify.Functions.Ingest.UploadIngest", "Uploads by what became of them");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LogMetric> All { get; } = [Granted, Denied, FailureReports, DeadLetters, Uploads];
}
