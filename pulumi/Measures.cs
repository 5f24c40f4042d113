using Spotify.Functions.AudioIngest;

namespace Spotify.Cloud;

/// <summary>PromQL queries on Google's metrics and the log-based metrics, shared by charts and alerts.</summary>
/// <seealso href="https://cloud.google.com/monitoring/promql/promql-mapping"/>
internal static class Measures
{
    private const string Lb = "loadbalancing_googleapis_com:https_";
    private const string LbRule = "monitored_resource=\"https_lb_rule\"";
    private const string Run = "run_googleapis_com:";
    private const string RunRevision = "monitored_resource=\"cloud_run_revision\"";
    private const string Api = "backend_target_type=\"BACKEND_SERVICE\"";
    private const string PlaybackBackend = "backend_target_name=\"playback\"";
    private const string AudioBackend = "backend_target_name=\"audio\"";
    private const string ServerErrors = "response_code_class=\"500\"";

    /// <summary>API requests per second, by function.</summary>
    public const string ApiRequests = $"sum by (backend_target_name) (rate({Lb}request_count{{{LbRule},{Api}}}[5m]))";

    /// <summary>The ratio of API requests with a server error.</summary>
    public static Ratio ApiErrors => new(Requests(Api, ServerErrors), Requests(Api));

    /// <summary>The ratio of playback authorization requests with a server error.</summary>
    public static Ratio PlaybackErrors => new(Requests(PlaybackBackend, ServerErrors), Requests(PlaybackBackend));

    /// <summary>The ratio of grants whose URL clients reported as failed.</summary>
    public static Ratio FetchFailures => new(LogMetrics.FailureReports.Sum, LogMetrics.Granted.Sum);

    /// <summary>The cache hit rate of audio requests.</summary>
    public static Ratio CacheHits => new(Requests(AudioBackend, "cache_result=~\"HIT|PARTIAL_HIT\""), Requests(AudioBackend));

    /// <summary>The ratio of audio requests with a server error.</summary>
    public static Ratio CdnErrors => new(Requests(AudioBackend, ServerErrors), Requests(AudioBackend));

    /// <summary>Returns a quantile of the API's latency, in milliseconds, by function.</summary>
    public static string ApiLatency(double quantile) =>
        Quantile(quantile, "backend_target_name", $"{Lb}backend_latencies_bucket{{{LbRule},{Api}}}");

    /// <summary>Returns a quantile of the time until a client has received a whole byte range on a cache hit, in milliseconds.</summary>
    public static string EdgeLatency(double quantile) =>
        Quantile(quantile, "", $"{Lb}total_latencies_bucket{{{LbRule},{AudioBackend},cache_result=\"HIT\"}}");

    /// <summary>Returns a quantile of the latency of playback authorization at the function, in milliseconds.</summary>
    public static string PlaybackLatency(double quantile) =>
        Quantile(quantile, "", $"{Run}request_latencies_bucket{{{RunRevision},service_name=\"playback\"}}");

    /// <summary>Requests per second, by function and status class.</summary>
    public const string FunctionRequests =
        $"sum by (service_name, response_code_class) (rate({Run}request_count{{{RunRevision}}}[5m]))";

    /// <summary>Instances, by function and state.</summary>
    public const string Instances = $"sum by (service_name, state) ({Run}container_instance_count{{{RunRevision}}})";

    /// <summary>
    /// Returns a condition that functions fail repeatedly: at least three calls in an hour, and more than 1 % of them, failed with a server
    /// error or a rejected caller.
    /// </summary>
    /// <param name="services">The names of the functions.</param>
    public static string FailsRepeatedly(IEnumerable<string> services)
    {
        var selected = $"{RunRevision},service_name=~\"{string.Join('|', services)}\"";
        var failures = Calls($"{selected},response_code=~\"401|403|5..\"");
        return $"{failures} / {Calls(selected)} > 0.01 and {failures} >= 3";

        static string Calls(string labels) => $"sum by (service_name) (increase({Run}request_count{{{labels}}}[1h]))";
    }

    /// <summary>Uploads in ten minutes that were rejected or could not be imported.</summary>
    public static string FailedUploads
    {
        get
        {
            var uploads = LogMetrics.Uploads.SumOf($"outcome=~\"{nameof(UploadOutcome.Failed)}|{nameof(UploadOutcome.Refused)}\"");
            return $"sum(increase({uploads}[10m]))";
        }
    }

    /// <summary>Returns the weekly trainings of an hour with certain outcomes.</summary>
    public static string TrainingsWith(params IEnumerable<string> outcomes) =>
        $"sum(increase({LogMetrics.Trainings.SumOf($"outcome=~\"{string.Join('|', outcomes)}\"")}[1h]))";

    /// <summary>Messages published per second, by topic.</summary>
    public const string Published =
        "sum by (topic_id) (rate(pubsub_googleapis_com:topic_message_sizes_count{monitored_resource=\"pubsub_topic\"}[5m]))";

    /// <summary>Messages dead-lettered in ten minutes.</summary>
    public const string DeadLetters =
        "sum(increase(pubsub_googleapis_com:topic_message_sizes_count"
        + "{monitored_resource=\"pubsub_topic\",topic_id=\"dead-letters\"}[10m]))";

    /// <summary>Undelivered messages, by subscription.</summary>
    public const string Backlog =
        "max by (subscription_id) (pubsub_googleapis_com:subscription_num_undelivered_messages"
        + "{monitored_resource=\"pubsub_subscription\"})";

    /// <summary>The age of the oldest undelivered message, in seconds, by subscription.</summary>
    public const string Lag =
        "max by (subscription_id) (pubsub_googleapis_com:subscription_oldest_unacked_message_age"
        + "{monitored_resource=\"pubsub_subscription\"})";

    /// <summary>The database's CPU utilization by high-priority work.</summary>
    public const string DatabaseCpu =
        "sum by (instance_id, location) (spanner_googleapis_com:instance_cpu_utilization_by_priority"
        + "{monitored_resource=\"spanner_instance\",priority=\"high\"})";

    /// <summary>Returns a quantile of the database's latency, in seconds, by method.</summary>
    public static string DatabaseLatency(double quantile) =>
        Quantile(quantile, "method", "spanner_googleapis_com:api_request_latencies_bucket{monitored_resource=\"spanner_instance\"}");

    private static string Requests(params string[] labels) => $"{Lb}request_count{{{string.Join(',', labels.Prepend(LbRule))}}}";

    private static string Quantile(double quantile, string by, string buckets)
    {
        var labels = by.Length == 0 ? "le" : $"le, {by}";
        return FormattableString.Invariant($"histogram_quantile({quantile}, sum by ({labels}) (rate({buckets}[5m])))");
    }
}

/// <summary>The ratio of two counts over five minutes.</summary>
/// <param name="Part">The series of the part, in PromQL.</param>
/// <param name="Whole">The series of the whole, in PromQL.</param>
internal sealed record Ratio(string Part, string Whole)
{
    private const int MinFailures = 10;
    private const int MinRequests = 100;

    /// <summary>The ratio, in PromQL. Has no value without requests. A missing series of the part counts as zero.</summary>
    public string Query => $"(sum(rate({Part}[5m])) or vector(0)) / (sum(rate({Whole}[5m])) > 0)";

    /// <summary>
    /// Returns a condition that more than a ratio of the requests, and at least ten, failed. With little traffic, a single failed request
    /// is a high ratio, but no outage.
    /// </summary>
    public string FailsAbove(double threshold) =>
        FormattableString.Invariant($"sum(increase({Part}[5m])) >= {MinFailures} and {Query} > {threshold}");

    /// <summary>Returns a condition that less than a ratio of at least a hundred requests succeeded.</summary>
    public string SucceedsBelow(double threshold) =>
        FormattableString.Invariant($"sum(increase({Whole}[5m])) >= {MinRequests} and {Query} < {threshold}");
}
