using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>Formats of strings, ranges of numbers and other limits of Google's APIs.</summary>
internal static class Limits
{
    private const string Label = "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$";
    private const string Member = "^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group):[^@]+@[^@]+|principal(Set)?://.+)$";

    // At most 255 characters and 5 wildcards; ** only at the end.
    private const string PathTemplate =
        "^(?=.{1,255}$)(?!(.*[*]+([^*].*|$)){6})"
        + "(/([A-Za-z0-9._~-]+|[*]|{[a-z]+=[*]}))*(/[*][*]|/{[a-z]+=[*][*]})?$";

    // Type, path and pattern. A type may start or end with a wildcard. In values, spaces are compared as underscores.
    private const string Formats =
        $"""
        cloudrunv2/job                name                      ^[a-z]([-a-z0-9]{"{0,47}"}[a-z0-9])?$
        cloudrunv2/service            name                      ^[a-z]([-a-z0-9]{"{0,47}"}[a-z0-9])?$
        cloudrunv2/service            template.containers.image ^[a-z0-9-]+-docker[.]pkg[.]dev(/[a-z0-9-]+){"{3}"}:[A-Za-z0-9_.-]+$
        cloudscheduler/job            attemptDeadline           ^[0-9]+s$
        cloudscheduler/job            httpTarget.httpMethod     ^(GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS)$
        cloudscheduler/job            name                      ^[A-Za-z0-9_-]{"{1,500}"}$
        cloudscheduler/job            schedule                  ^[0-9*][0-9*/,-]*(_[0-9*][0-9*/,-]*){"{4}"}$
        cloudscheduler/job            httpTarget.uri            ^https://
        cloudtasks/queue              name                      ^[A-Za-z0-9-]{"{1,100}"}$
        compute/*                     name                      {Label}
        compute/uRLMap                pathMatchers.routeRules.matchRules.fullPathMatch        ^/[^*?#]*$
        compute/uRLMap                pathMatchers.routeRules.matchRules.pathTemplateMatch    {PathTemplate}
        compute/securityPolicyRule    action                    ^(allow|deny[(](403|404|429|502)[)]|throttle|rate_based_ban|redirect)$
        compute/securityPolicyRule    rateLimitOptions.conformAction                    ^allow$
        compute/securityPolicyRule    rateLimitOptions.exceedAction                     ^(deny[(](403|404|429|502)[)]|redirect)$
        compute/securityPolicyRule    match.expr.expression                             ^.{"{1,2048}"}$
        kms/keyRing                   location                  ^(?!eu$)[a-z]+[a-z0-9-]*$
        pubsub/subscription           messageRetentionDuration  ^[0-9]+s$
        pubsub/subscription           name                      ^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{"{2,254}"}$
        pubsub/subscription           pushConfig.pushEndpoint   ^https://
        pubsub/topic                  name                      ^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{"{2,254}"}$
        secretmanager/secret          secretId                  ^[A-Za-z0-9_-]{"{1,255}"}$
        spanner/backupSchedule        name                      ^.{"{2,60}"}$
        spanner/backupSchedule        spec.cronSpec.text        ^[0-9]+_[0-9,/]+_[*0-9]+_[*]_[*0-6]$
        spanner/database              name                      ^.{"{2,30}"}$
        spanner/database              versionRetentionPeriod    ^([1-7]d|[0-9]+[hms])$
        spanner/instance              displayName               ^.{"{4,30}"}$
        spanner/instance              name                      ^.{"{2,64}"}$
        storage/bucket                autoclass.terminalStorageClass                    ^(NEARLINE|ARCHIVE)$
        storage/bucket                lifecycleRules.action.storageClass                ^(STANDARD|NEARLINE|COLDLINE|ARCHIVE)$
        storage/bucket                lifecycleRules.action.type  ^(Delete|SetStorageClass|AbortIncompleteMultipartUpload)$
        storage/bucket                publicAccessPrevention    ^(inherited|enforced)$
        storage/bucket                name                      ^(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]{"{1,61}"}[a-z0-9]$
        *Member                       member                    {Member}
        *Member                       role                      ^(roles|projects/[^/]+/roles)/[A-Za-z0-9._]+$
        """;

    // Type, path, minimum and maximum.
    private const string Ranges =
        """
        cloudrunv2/service            template.scaling.maxInstanceCount            1 1000
        cloudrunv2/service            template.maxInstanceRequestConcurrency       1 1000
        cloudscheduler/job            retryConfig.retryCount                       0 5
        cloudtasks/queue              rateLimits.maxConcurrentDispatches           1 5000
        cloudtasks/queue              rateLimits.maxDispatchesPerSecond            0.001 500
        cloudtasks/queue              retryConfig.maxAttempts                      1 100
        cloudtasks/queue              stackdriverLoggingConfig.samplingRatio       0 1
        compute/backendBucket         cdnPolicy.clientTtl                          0 31622400
        compute/backendBucket         cdnPolicy.defaultTtl                         0 31622400
        compute/backendBucket         cdnPolicy.signedUrlCacheMaxAgeSec            0 31622400
        compute/backendService        logConfig.sampleRate                         0 1
        compute/backendService        outlierDetection.maxEjectionPercent          0 100
        compute/securityPolicyRule    priority                               0 2147483647
        compute/securityPolicyRule    rateLimitOptions.banDurationSec        60 3600
        compute/securityPolicyRule    rateLimitOptions.banThreshold.count    1 10000
        compute/securityPolicyRule    rateLimitOptions.rateLimitThreshold.count 1 10000
        compute/uRLMap                pathMatchers.routeRules.priority             0 2147483647
        pubsub/subscription           ackDeadlineSeconds                           10 600
        pubsub/subscription           deadLetterPolicy.maxDeliveryAttempts         5 100
        spanner/instance              autoscalingConfig.autoscalingTargets.highPriorityCpuUtilizationPercent 10 90
        spanner/instance              autoscalingConfig.autoscalingTargets.storageUtilizationPercent         10 99
        """;

    private const int MaxRouteRules = 200;

    // The range of memory for a number of cores, in MiB. https://cloud.google.com/run/docs/configuring/services/cpu
    private static readonly Dictionary<double, (int Min, int Max)> MemoryByCores = new()
    {
        [1] = (128, 4096),
        [2] = (128, 8192),
        [4] = (2048, 16384),
        [6] = (4096, 24576),
        [8] = (4096, 32768),
    };

    private static readonly int[] RateLimitIntervals = [10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600];

    private static readonly (string Type, string Path, Regex Format)[] AllFormats =
        [.. Table.Rows(Formats).Select(row => (row[0], row[1], new Regex(row[2])))];

    private static readonly (string Type, string Path, double Min, double Max)[] AllRanges =
        [.. Table.Rows(Ranges).Select(row => (row[0], row[1], Number(row[2]), Number(row[3])))];

    /// <summary>Returns the errors of a resource.</summary>
    public static IEnumerable<string> Check(Declared resource) => [.. Format(resource), .. Range(resource), .. resource.Module switch
    {
        "cloudrunv2/job" => Size(
            resource.Text("template.template.containers.resources.limits.cpu"),
            resource.Text("template.template.containers.resources.limits.memory"), 1, 0, 1),
        "cloudrunv2/service" => Size(
            resource.Text("template.containers.resources.limits.cpu"),
            resource.Text("template.containers.resources.limits.memory"),
            resource.Numbers("template.maxInstanceRequestConcurrency").SingleOrDefault(80),
            resource.Numbers("template.scaling.minInstanceCount").SingleOrDefault(),
            resource.Numbers("template.scaling.maxInstanceCount").SingleOrDefault(100)),
        "spanner/instance" => Units(resource),
        "compute/uRLMap" => RouteRules(resource),
        "compute/securityPolicyRule" => SecurityRule(resource),
        "monitoring/alertPolicy" => Lookbacks(resource),
        "compute/backendBucketSignedUrlKey" => KeyLength(resource),
        _ => [],
    }];

    private static IEnumerable<string> Format(Declared resource) =>
        from row in AllFormats
        where Matches(row.Type, resource.Module)
        from text in resource.Texts(row.Path)
        where !row.Format.IsMatch(text.Replace(' ', '_'))
        select $"{row.Path} is '{text}', which does not match {row.Format}";

    private static IEnumerable<string> Range(Declared resource) =>
        from row in AllRanges
        where row.Type == resource.Module
        from number in resource.Numbers(row.Path)
        where number < row.Min || number > row.Max
        select FormattableString.Invariant($"{row.Path} is {number}, not {row.Min} to {row.Max}");

    private static IEnumerable<string> Size(string? cpu, string? memory, double concurrency, double minInstances, double maxInstances)
    {
        if (minInstances > maxInstances) yield return $"the minimum of {minInstances} instances exceeds the maximum of {maxInstances}";
        if (!double.TryParse(cpu, CultureInfo.InvariantCulture, out var cores) || memory is null) yield break;
        if (cores < 1 && concurrency > 1) yield return $"{cores} cores serve one request at a time";
        if (cores < 1) yield break;
        if (!MemoryByCores.TryGetValue(cores, out var range)) yield return $"{cores} cores are not available";
        else if (MiB(memory) is not { } size) yield return $"'{memory}' is not a size";
        else if (size < range.Min || size > range.Max) yield return $"{cores} cores require {range.Min} to {range.Max} MiB of memory";
    }

    private static int? MiB(string memory) =>
        Regex.Match(memory, "^([0-9]+)(Mi|Gi)$") is { Success: true } match
            ? (int)Number(match.Groups[1].Value) * (match.Groups[2].Value == "Gi" ? 1024 : 1)
            : null;

    private static IEnumerable<string> Units(Declared resource)
    {
        foreach (var units in resource.Numbers("processingUnits"))
            if (units <= 0 || units % (units < 1000 ? 100 : 1000) != 0) yield return $"{units} units are not 100 to 900 or whole nodes";
        foreach (var limits in resource.Maps("autoscalingConfig.autoscalingLimits"))
        {
            var (min, max) = ((double)limits["minProcessingUnits"], (double)limits["maxProcessingUnits"]);
            if (min < 1000 || min % 1000 != 0 || max % 1000 != 0 || max < min || max > min * 10)
                yield return $"the instance cannot autoscale from {min} to {max} units";
        }
    }

    private static IEnumerable<string> RouteRules(Declared resource)
    {
        foreach (var error in Unique(resource, "pathMatchers.routeRules.priority")) yield return error;
        if (resource.All("pathMatchers.routeRules").Count() > MaxRouteRules) yield return $"there are more than {MaxRouteRules} rules";
    }

    private static IEnumerable<string> SecurityRule(Declared resource)
    {
        var intervals = resource.Numbers("rateLimitOptions.rateLimitThreshold.intervalSec");
        if (!intervals.All(seconds => RateLimitIntervals.Contains((int)seconds))) yield return "an interval is not one of the allowed ones";
        var exclusions = resource.Maps("preconfiguredWafConfig.exclusions").SelectMany(exclusion => exclusion.Values);
        if (exclusions.OfType<ImmutableArray<object>>().Any(fields => fields.Length > 10))
            yield return "an exclusion has more than 10 fields of a kind";
    }

    // https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate#alert-lookbacks
    private static IEnumerable<string> Lookbacks(Declared resource) =>
        from filter in resource.Texts("conditions.conditionThreshold.filter")
        let rate = Regex.Match(filter, "^select_slo_burn_rate[(].+, \"([0-9]+)s\"[)]$")
        where rate.Success && Number(rate.Groups[1].Value) > 24 * 3600
        select $"{rate.Value} looks back more than a day";

    private static IEnumerable<string> KeyLength(Declared resource)
    {
        var key = resource.Text("keyValue")!.Replace('-', '+').Replace('_', '/');
        if (Convert.FromBase64String(key).Length != 16) yield return "the key does not have 16 bytes";
    }

    private static IEnumerable<string> Unique(Declared resource, string path) =>
        resource.Numbers(path)
            .GroupBy(number => number)
            .Where(group => group.Count() > 1)
            .Select(group => $"{path} is {group.Key} twice");

    private static bool Matches(string type, string module) =>
        type == module
        || (type.EndsWith('*') && module.StartsWith(type[..^1], StringComparison.Ordinal))
        || (type.StartsWith('*') && module.EndsWith(type[1..], StringComparison.OrdinalIgnoreCase));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
