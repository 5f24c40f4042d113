namespace Spotify.Cloud;

/// <summary>What Google measures, and what functions log, as PromQL: charts and alerts ask the same questions.</summary>
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

    /// <summary>Requests of the API per second, by function.</summary>
    public const string ApiRequests = $"sum by (backend_target_name) (rate({Lb}request_count{{{LbRule},{Api}}}[5m]))";

    /// <summary>The share of requests of the API that failed by the server's fault.</summary>
    public static string ApiErrors => Share(Requests(Api, ServerErrors), Requests(Api));

    /// <summary>The same, of those that ask for leave to play.</summary>
    public static string PlaybackErrors => Share(Requests(PlaybackBackend, ServerErrors), Requests(PlaybackBackend));

    /// <summary>The share of grants that clients say they could not fetch.</summary>
    public static string FetchFailures => Share(LogMetrics.FailureReports.Sum, LogMetrics.Granted.Sum);

    /// <summary>The share of requests for audio that the CDN answers itself.</summary>
    public static string CacheHits => Share(Requests(AudioBackend, "cache_result=~\"HIT|PARTIAL_HIT\""), Requests(AudioBackend));

    /// <summary>The share of requests for audio that the CDN could not answer.</summary>
    public static string CdnErrors => Share(Requests(AudioBackend, ServerErrors), Requests(AudioBackend));

    /// <summary>Milliseconds that a function takes for a request, of all functions that listeners reach.</summary>
    public static string ApiLatency(double quantile) => Quantile(quantile, "backend_target_name", $"{Lb}backend_latencies_bucket{{{LbRule},{Api}}}");

    /// <summary>Milliseconds until a listener has all of a range of audio that was in the cache.</summary>
    public static string EdgeLatency(double quantile) => Quantile(quantile, "", $"{Lb}total_latencies_bucket{{{LbRule},{AudioBackend},cache_result=\"HIT\"}}");

    /// <summary>Milliseconds that leave to play takes, where it is given.</summary>
    public static string PlaybackLatency(double quantile) => Quantile(quantile, "", $"{Run}request_latencies_bucket{{{RunRevision},service_name=\"playback\"}}");

    /// <summary>Requests of functions by how they ended.</summary>
    public const string FunctionRequests = $"sum by (service_name, response_code_class) (rate({Run}request_count{{{RunRevision}}}[5m]))";

    /// <summary>Instances of each function.</summary>
    public const string Instances = $"sum by (service_name, state) ({Run}container_instance_count{{{RunRevision}}})";

    /// <summary>How often functions failed, or their callers were turned away, within an hour.</summary>
    /// <param name="services">The functions.</param>
    public static string Failures(IEnumerable<string> services) =>
        $"sum by (service_name) (increase({Run}request_count{{{RunRevision},service_name=~\"{string.Join('|', services)}\",response_code=~\"401|403|5..\"}}[1h]))";

    /// <summary>How many uploads were refused or could not be imported within ten minutes.</summary>
    public static string FailedUploads => $"sum(increase({LogMetrics.Uploads.SumOf("outcome=~\"Failed|Refused\"")}[10m]))";

    /// <summary>Messages published per second, by topic.</summary>
    public const string Published = "sum by (topic_id) (rate(pubsub_googleapis_com:topic_message_sizes_count{monitored_resource=\"pubsub_topic\"}[5m]))";

    /// <summary>How many messages came to the dead letters within ten minutes.</summary>
    public const string DeadLetters = "sum(increase(pubsub_googleapis_com:topic_message_sizes_count{monitored_resource=\"pubsub_topic\",topic_id=\"dead-letters\"}[10m]))";

    /// <summary>Messages that are not handled yet, by subscription.</summary>
    public const string Backlog = "max by (subscription_id) (pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\"})";

    /// <summary>Seconds that the oldest of them has waited.</summary>
    public const string Lag = "max by (subscription_id) (pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\"})";

    /// <summary>The share of the database's CPU that its most urgent work takes.</summary>
    public const string DatabaseCpu =
        "sum by (instance_id, location) (spanner_googleapis_com:instance_cpu_utilization_by_priority{monitored_resource=\"spanner_instance\",priority=\"high\"})";

    /// <summary>Seconds that a call of the database takes, by method.</summary>
    public static string DatabaseLatency(double quantile) =>
        Quantile(quantile, "method", "spanner_googleapis_com:api_request_latencies_bucket{monitored_resource=\"spanner_instance\"}");

    private static string Requests(params string[] labels) => $"{Lb}request_count{{{string.Join(',', labels.Prepend(LbRule))}}}";

    // A few requests make no share worth waking someone for; and where nothing of the kind happened there is no series, which is none.
    private static string Share(string part, string whole) =>
        $"(sum(rate({part}[5m])) or vector(0)) / (sum(rate({whole}[5m])) > 0.05)";

    private static string Quantile(double quantile, string by, string buckets) =>
        FormattableString.Invariant($"histogram_quantile({quantile}, sum by ({(by.Length == 0 ? "le" : $"le, {by}")}) (rate({buckets}[5m])))");
}
