using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>Forms of names and ranges of numbers.</summary>
internal static class Limits
{
    private const string Label = "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$";
    private const string Member = "^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group):[^@]+@[^@]+|principal(Set)?://.+)$";

    // A type ends in * where the rest is any.
    private const string Forms =
        $"""
        artifactregistry/repository   repositoryId              {Label}
        bigquery/dataset              datasetId                 ^[A-Za-z0-9_]+$
        cloudfunctionsv2/function     name                      {Label}
        cloudrunv2/service            name                      ^[a-z]([-a-z0-9]{"{0,47}"}[a-z0-9])?$
        cloudscheduler/job            attemptDeadline           ^[0-9]+s$
        cloudscheduler/job            name                      ^[A-Za-z0-9_-]{"{1,500}"}$
        cloudscheduler/job            schedule                  ^[0-9*][0-9*/,-]*(_[0-9*][0-9*/,-]*){"{4}"}$
        cloudscheduler/job            httpTarget.uri            ^https://
        cloudtasks/queue              name                      ^[A-Za-z0-9-]{"{1,100}"}$
        cloudfunctionsv2/function     buildConfig.dockerRepository ^projects/[^/]+/locations/[^/]+/repositories/[^/]+$
        compute/*                     name                      {Label}
        compute/uRLMap                pathMatchers.routeRules.matchRules.fullPathMatch        ^/[^*?#]*$
        compute/uRLMap                pathMatchers.routeRules.matchRules.pathTemplateMatch    ^(?=.{"{1,255}"}$)(?!(.*[*]+([^*].*|$)){"{6}"})(/([A-Za-z0-9._~-]+|[*]|{"{[a-z]+=[*]}"}))*(/[*][*]|/{"{[a-z]+=[*][*]}"})?$
        compute/securityPolicy        rules.match.expr.expression                             ^.{"{1,2048}"}$
        eventarc/trigger              name                      {Label}
        iam/workloadIdentityPool      workloadIdentityPoolId    ^(?!gcp-)[a-z0-9-]{"{4,32}"}$
        iam/workloadIdentityPoolProvider workloadIdentityPoolProviderId ^(?!gcp-)[a-z0-9-]{"{4,32}"}$
        kms/cryptoKey                 rotationPeriod            ^[0-9]{"{5,}"}s$
        kms/keyRing                   location                  ^(?!eu$)[a-z]+[a-z0-9-]*$
        projects/service              service                   ^[a-z]+[.]googleapis[.]com$
        pubsub/subscription           messageRetentionDuration  ^[0-9]+s$
        pubsub/subscription           name                      ^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{"{2,254}"}$
        pubsub/subscription           pushConfig.pushEndpoint   ^https://
        pubsub/topic                  name                      ^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{"{2,254}"}$
        secretmanager/secret          secretId                  ^[A-Za-z0-9_-]{"{1,255}"}$
        serviceaccount/account        accountId                 ^[a-z][a-z0-9-]{"{4,28}"}[a-z0-9]$
        spanner/backupSchedule        name                      ^[a-z][a-z0-9_-]{"{0,58}"}[a-z0-9]$
        spanner/backupSchedule        spec.cronSpec.text        ^[0-9]+_[0-9,/]+_[*0-9]+_[*]_[*0-6]$
        spanner/database              name                      ^[a-z][a-z0-9_-]{"{0,28}"}[a-z0-9]$
        spanner/database              versionRetentionPeriod    ^([1-7]d|[0-9]+[hms])$
        spanner/instance              displayName               ^.{"{4,30}"}$
        spanner/instance              name                      ^[a-z][-a-z0-9]{"{0,62}"}[a-z0-9]$
        storage/bucket                name                      ^(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]{"{1,61}"}[a-z0-9]$
        *Member                       member                    {Member}
        *Member                       role                      ^(roles|projects/[^/]+/roles)/[A-Za-z0-9._]+$
        """;

    private const string Ranges =
        """
        cloudfunctionsv2/function     serviceConfig.maxInstanceCount               1 1000
        cloudfunctionsv2/function     serviceConfig.maxInstanceRequestConcurrency  1 1000
        cloudfunctionsv2/function     serviceConfig.timeoutSeconds                 1 3600
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
        compute/securityPolicy        rules.priority                               0 2147483647
        compute/securityPolicy        rules.rateLimitOptions.banDurationSec        60 3600
        compute/securityPolicy        rules.rateLimitOptions.banThreshold.count    1 10000
        compute/securityPolicy        rules.rateLimitOptions.rateLimitThreshold.count 1 10000
        compute/uRLMap                pathMatchers.routeRules.priority             0 2147483647
        pubsub/subscription           ackDeadlineSeconds                           10 600
        pubsub/subscription           deadLetterPolicy.maxDeliveryAttempts         5 100
        spanner/instance              autoscalingConfig.autoscalingTargets.highPriorityCpuUtilizationPercent 10 90
        spanner/instance              autoscalingConfig.autoscalingTargets.storageUtilizationPercent         10 99
        """;

    private const int MaxRouteRules = 200;

    // The least and the most memory that goes with a number of cores, in MiB. https://cloud.google.com/run/docs/configuring/services/cpu
    private static readonly Dictionary<double, (int Least, int Most)> MemoryByCores = new()
    {
        [1] = (128, 4096), [2] = (128, 8192), [4] = (2048, 16384), [6] = (4096, 24576), [8] = (4096, 32768),
    };

    private static readonly int[] Intervals = [10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600];

    private static readonly (string Type, string Path, Regex Form)[] AllForms = [.. Rows(Forms).Select(row => (row[0], row[1], new Regex(row[2])))];
    private static readonly (string Type, string Path, double Least, double Most)[] AllRanges =
        [.. Rows(Ranges).Select(row => (row[0], row[1], double.Parse(row[2], CultureInfo.InvariantCulture), double.Parse(row[3], CultureInfo.InvariantCulture)))];

    /// <summary>What is wrong.</summary>
    public static IEnumerable<string> Check(Declared resource) => [.. Formed(resource), .. Ranged(resource), .. resource.Module switch
    {
        "cloudfunctionsv2/function" => Sized(
            resource.Text("serviceConfig.availableCpu"), resource.Text("serviceConfig.availableMemory"), resource.Numbers("serviceConfig.maxInstanceRequestConcurrency").SingleOrDefault(80),
            resource.Numbers("serviceConfig.minInstanceCount").SingleOrDefault(), resource.Numbers("serviceConfig.maxInstanceCount").SingleOrDefault(100)),
        "cloudrunv2/service" => Sized(
            resource.Text("template.containers.resources.limits.cpu"), resource.Text("template.containers.resources.limits.memory"), resource.Numbers("template.maxInstanceRequestConcurrency").SingleOrDefault(80),
            resource.Numbers("template.scaling.minInstanceCount").SingleOrDefault(), resource.Numbers("template.scaling.maxInstanceCount").SingleOrDefault(100)),
        "spanner/instance" => Units(resource),
        "compute/uRLMap" => Unique(resource, "pathMatchers.routeRules.priority").Concat(
            resource.All("pathMatchers.routeRules").Count() > MaxRouteRules ? [$"it has more than {MaxRouteRules} rules"] : []),
        "compute/securityPolicy" => Unique(resource, "rules.priority").Concat(
            resource.Numbers("rules.priority").Contains(int.MaxValue) ? [] : ["it has no rule for everyone else"]).Concat(
            resource.Numbers("rules.rateLimitOptions.rateLimitThreshold.intervalSec").All(seconds => Intervals.Contains((int)seconds)) ? [] : ["an interval is not one of those that there are"]).Concat(
            resource.Maps("rules.preconfiguredWafConfig.exclusions").Any(exclusion => exclusion.Values.OfType<ImmutableArray<object>>().Any(fields => fields.Length > 10)) ? ["an exclusion has more than 10 of a kind"] : []),
        // https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate#alert-lookbacks
        "monitoring/alertPolicy" => resource.Texts("conditions.conditionThreshold.filter").Select(filter => Regex.Match(filter, "^select_slo_burn_rate[(].+, \"([0-9]+)s\"[)]$"))
            .Where(rate => rate.Success && int.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture) > 24 * 3600).Select(rate => $"{rate.Value} looks back more than a day"),
        "compute/backendBucketSignedUrlKey" => Convert.FromBase64String(resource.Text("keyValue")!.Replace('-', '+').Replace('_', '/')).Length == 16 ? [] : ["the key has not 16 bytes"],
        _ => [],
    }];

    private static IEnumerable<string> Formed(Declared resource) =>
        from row in AllForms
        where Matches(row.Type, resource.Module)
        from text in resource.Texts(row.Path)
        where !row.Form.IsMatch(text.Replace(' ', '_'))
        select $"{row.Path} is '{text}', which is not of the form {row.Form}";

    private static IEnumerable<string> Ranged(Declared resource) =>
        from row in AllRanges
        where row.Type == resource.Module
        from number in resource.Numbers(row.Path)
        where number < row.Least || number > row.Most
        select FormattableString.Invariant($"{row.Path} is {number}, not {row.Least} to {row.Most}");

    private static IEnumerable<string> Sized(string? cpu, string? memory, double concurrency, double least, double most)
    {
        if (least > most) yield return $"it keeps {least} instances and may have {most}";
        if (!double.TryParse(cpu, CultureInfo.InvariantCulture, out var cores) || memory is null) yield break;
        if (cores < 1 && concurrency > 1) yield return $"with {cores} cores it serves one request at a time";
        if (cores < 1) yield break;
        if (!MemoryByCores.TryGetValue(cores, out var range)) yield return $"there are no {cores} cores";
        else if (MiB(memory) is not { } size) yield return $"'{memory}' is no size";
        else if (size < range.Least || size > range.Most) yield return $"with {cores} cores goes memory of {range.Least} to {range.Most} MiB";
    }

    private static int? MiB(string memory) =>
        Regex.Match(memory, "^([0-9]+)(Mi|Gi)$") is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * (match.Groups[2].Value == "Gi" ? 1024 : 1) : null;

    private static IEnumerable<string> Units(Declared resource)
    {
        foreach (var units in resource.Numbers("processingUnits"))
            if (units <= 0 || units % (units < 1000 ? 100 : 1000) != 0) yield return $"{units} units are neither hundreds below a node nor whole nodes";
        foreach (var limits in resource.Maps("autoscalingConfig.autoscalingLimits"))
        {
            var (least, most) = ((double)limits["minProcessingUnits"], (double)limits["maxProcessingUnits"]);
            if (least < 1000 || least % 1000 != 0 || most % 1000 != 0 || most < least || most > least * 10) yield return $"it cannot scale itself from {least} to {most} units";
        }
    }

    private static IEnumerable<string> Unique(Declared resource, string path) =>
        resource.Numbers(path).GroupBy(number => number).Where(group => group.Count() > 1).Select(group => $"{path} is {group.Key} twice");

    private static bool Matches(string type, string module) =>
        type == module || (type.EndsWith('*') && module.StartsWith(type[..^1], StringComparison.Ordinal)) || (type.StartsWith('*') && module.EndsWith(type[1..], StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string[]> Rows(string table) => table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
