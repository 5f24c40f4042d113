using System.Collections.Immutable;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>Inputs that exclude or need one another.</summary>
internal static class Conflicts
{
    // Of each line exactly one, or with a ? at most one. A dot stands for the resource itself.
    private const string Choices =
        """
        billing/budget                amount                                             specifiedAmount|lastPeriodAmount
        cloudrunv2/service            template.containers.envs                           value|valueSource
        cloudscheduler/job            .                                                  httpTarget|pubsubTarget|appEngineHttpTarget
        cloudscheduler/job            httpTarget                                         oidcToken|oauthToken
        compute/regionNetworkEndpointGroup .                                             cloudRun|cloudFunction|appEngine|serverlessDeployment
        compute/securityPolicy        rules.match                                        expr|versionedExpr
        compute/targetHttpsProxy      .                                                  sslCertificates|certificateMap|certificateManagerCertificates
        compute/uRLMap                .                                                  defaultService|defaultUrlRedirect|defaultRouteAction
        compute/uRLMap                pathMatchers                                       defaultService|defaultUrlRedirect|defaultRouteAction
        compute/uRLMap                pathMatchers                                       pathRules|routeRules
        compute/uRLMap                pathMatchers.routeRules                            service|urlRedirect
        compute/uRLMap                pathMatchers.routeRules.matchRules                 fullPathMatch|pathTemplateMatch|prefixMatch|regexMatch
        compute/uRLMap                pathMatchers.routeRules.routeAction.urlRewrite     pathPrefixRewrite|pathTemplateRewrite
        eventarc/trigger              destination                                        cloudRunService|gke|workflow|httpEndpoint|cloudFunction
        monitoring/alertPolicy        conditions                                         conditionThreshold|conditionAbsent|conditionMatchedLog|conditionMonitoringQueryLanguage|conditionPrometheusQueryLanguage|conditionSql
        pubsub/subscription           .                                                  pushConfig|bigqueryConfig|cloudStorageConfig|?
        secretmanager/secret          .                                                  expireTime|ttl|?
        secretmanager/secret          replication                                        auto|userManaged
        spanner/backupSchedule        .                                                  fullBackupSpec|incrementalBackupSpec
        spanner/instance              .                                                  processingUnits|numNodes|autoscalingConfig
        spanner/instance              autoscalingConfig.autoscalingLimits                minProcessingUnits|minNodes
        spanner/instance              autoscalingConfig.autoscalingLimits                maxProcessingUnits|maxNodes
        storage/bucketObject          .                                                  source|content
        """;

    private static readonly ILookup<string, (string Path, string[] Choice)> ByType = Choices.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToLookup(row => row[0], row => (row[1] == "." ? "" : row[1], row[2].Split('|')));

    /// <summary>What is wrong.</summary>
    public static IEnumerable<string> Check(Declared resource) => [.. Chosen(resource), .. resource.Module switch
    {
        "compute/backendBucket" or "compute/backendService" => Cached(resource),
        "compute/uRLMap" => Rewritten(resource),
        "compute/securityPolicy" => Limited(resource),
        "spanner/instance" => resource.Text("config") is { } config && !config.StartsWith("regional-", StringComparison.Ordinal) && resource.Text("edition") != "ENTERPRISE_PLUS"
            ? ["several regions need the edition ENTERPRISE_PLUS"] : [],
        "storage/bucket" => resource.All("autoclass.enabled").Contains(true) && resource.Texts("lifecycleRules.action.type").Contains("SetStorageClass")
            ? ["classes are set by Autoclass or by rules, not both"] : [],
        "cloudfunctionsv2/function" => resource.Maps("serviceConfig.environmentVariables").SelectMany(variables => variables.Keys).Intersect(resource.Texts("serviceConfig.secretEnvironmentVariables.key"))
            .Select(name => $"{name} is a variable and a secret"),
        _ => [],
    }];

    private static IEnumerable<string> Chosen(Declared resource) =>
        from row in ByType[resource.Module]
        from map in resource.Maps(row.Path)
        let given = row.Choice.Where(map.ContainsKey).ToList()
        where given.Count > 1 || (given.Count == 0 && row.Choice[^1] != "?")
        select given.Count > 1 ? $"{string.Join(" and ", given)} exclude one another" : $"{row.Path} has none of {string.Join(", ", row.Choice)}";

    private static IEnumerable<string> Cached(Declared resource)
    {
        if (resource.All("cdnPolicy").Any() && !resource.All("enableCdn").Contains(true)) yield return "it has a cdnPolicy and no CDN";
        string[] excluded = resource.Text("cdnPolicy.cacheMode") switch { "USE_ORIGIN_HEADERS" => ["defaultTtl", "clientTtl", "maxTtl"], "FORCE_CACHE_ALL" => ["maxTtl"], _ => [] };
        foreach (var name in excluded)
            if (resource.All($"cdnPolicy.{name}").Any()) yield return $"cdnPolicy.{name} does not go with {resource.Text("cdnPolicy.cacheMode")}";
        if (resource.All("cdnPolicy.negativeCaching").Contains(false) && resource.All("cdnPolicy.negativeCachingPolicies").Any()) yield return "negativeCachingPolicies do not go without negativeCaching";
    }

    // https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps: pathTemplateRewrite
    private static IEnumerable<string> Rewritten(Declared resource) =>
        from rule in resource.Maps("pathMatchers.routeRules")
        let part = new Declared(resource.Type, resource.Name, rule, rule) { Id = "" }
        where part.All("routeAction.urlRewrite.pathTemplateRewrite").Any()
        from match in part.Maps("matchRules")
        where match.GetValueOrDefault("pathTemplateMatch") is not string template || !template.Contains('{', StringComparison.Ordinal)
        select $"a rule with a pathTemplateRewrite matches {string.Join(' ', match.Values)}, which is no template with a variable";

    private static IEnumerable<string> Limited(Declared resource) =>
        from rule in resource.Maps("rules")
        let isLimit = rule["action"] is "throttle" or "rate_based_ban"
        where isLimit != rule.ContainsKey("rateLimitOptions")
        select isLimit ? "a limit has no rateLimitOptions" : "a rule that is no limit has rateLimitOptions";
}
