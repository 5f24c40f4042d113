using System.Collections.Immutable;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>Inputs that exclude or require each other.</summary>
internal static class Conflicts
{
    // Each line lists alternatives, of which exactly one must be set, or at most one if the line ends in a question mark. The path of the
    // resource itself is a dot.
    private const string Choices =
        """
        cloudrunv2/service            template.containers.envs                           value|valueSource
        cloudscheduler/job            httpTarget                                         oidcToken|oauthToken
        compute/securityPolicyRule    match                                              expr|versionedExpr
        compute/uRLMap                pathMatchers                                       defaultService|defaultUrlRedirect
                                                                                        |defaultRouteAction
        compute/uRLMap                pathMatchers                                       pathRules|routeRules
        compute/uRLMap                pathMatchers.routeRules                            service|urlRedirect
        compute/uRLMap                pathMatchers.routeRules.matchRules                 fullPathMatch|pathTemplateMatch|prefixMatch
                                                                                        |regexMatch
        compute/uRLMap                pathMatchers.routeRules.routeAction.urlRewrite     pathPrefixRewrite|pathTemplateRewrite
        monitoring/alertPolicy        conditions                                         conditionThreshold|conditionAbsent
                                                                                        |conditionMatchedLog
                                                                                        |conditionMonitoringQueryLanguage
                                                                                        |conditionPrometheusQueryLanguage
                                                                                        |conditionSql
        secretmanager/secret          .                                                  expireTime|ttl|?
        spanner/instance              .                                                  processingUnits|numNodes|autoscalingConfig
        spanner/instance              autoscalingConfig.autoscalingLimits                minProcessingUnits|minNodes
        spanner/instance              autoscalingConfig.autoscalingLimits                maxProcessingUnits|maxNodes
        """;

    private static readonly ILookup<string, (string Path, string[] Choice)> ByType = Table.Rows(Choices)
        .ToLookup(row => row[0], row => (row[1] == "." ? "" : row[1], row[2].Split('|')));

    /// <summary>Returns the errors of a resource.</summary>
    public static IEnumerable<string> Check(Declared resource) => [.. Choice(resource), .. resource.Module switch
    {
        "compute/backendBucket" or "compute/backendService" => Caching(resource),
        "compute/uRLMap" => Rewrites(resource),
        "compute/securityPolicy" => InlineRules(resource),
        "compute/securityPolicyRule" => RateLimit(resource),
        "spanner/instance" => Edition(resource),
        "storage/bucket" => StorageClass(resource),
        "cloudrunv2/service" => Variables(resource),
        _ => [],
    }];

    private static IEnumerable<string> Choice(Declared resource) =>
        from row in ByType[resource.Module]
        from map in resource.Maps(row.Path)
        let set = row.Choice.Where(map.ContainsKey).ToList()
        where set.Count > 1 || (set.Count == 0 && row.Choice[^1] != "?")
        select set.Count > 1
            ? $"{string.Join(" and ", set)} exclude each other"
            : $"{row.Path} has none of {string.Join(", ", row.Choice)}";

    private static IEnumerable<string> Caching(Declared resource)
    {
        if (resource.All("cdnPolicy").Any() && !resource.All("enableCdn").Contains(true)) yield return "cdnPolicy requires enableCdn";
        var mode = resource.Text("cdnPolicy.cacheMode");
        string[] excluded = mode switch
        {
            "USE_ORIGIN_HEADERS" => ["defaultTtl", "clientTtl", "maxTtl"],
            "FORCE_CACHE_ALL" => ["maxTtl"],
            _ => [],
        };
        foreach (var name in excluded)
            if (resource.All($"cdnPolicy.{name}").Any()) yield return $"cdnPolicy.{name} cannot be combined with {mode}";
        if (resource.All("cdnPolicy.negativeCaching").Contains(false) && resource.All("cdnPolicy.negativeCachingPolicies").Any())
            yield return "negativeCachingPolicies require negativeCaching";
    }

    private static IEnumerable<string> Edition(Declared resource)
    {
        var isMultiRegion = resource.Text("config") is { } config && !config.StartsWith("regional-", StringComparison.Ordinal);
        if (isMultiRegion && resource.Text("edition") != "ENTERPRISE_PLUS")
            yield return "a multi-region configuration requires the edition ENTERPRISE_PLUS";
    }

    private static IEnumerable<string> StorageClass(Declared resource)
    {
        var hasRule = resource.Texts("lifecycleRules.action.type").Contains("SetStorageClass");
        if (hasRule && resource.All("autoclass.enabled").Contains(true))
            yield return "storage classes may be set by Autoclass or by rules, but not both";
    }

    private static IEnumerable<string> Variables(Declared resource) => resource.Texts("template.containers.envs.name")
        .CountBy(name => name)
        .Where(name => name.Value > 1)
        .Select(name => $"the variable {name.Key} is declared twice");

    // https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps: pathTemplateRewrite
    private static IEnumerable<string> Rewrites(Declared resource) =>
        from rule in resource.Maps("pathMatchers.routeRules")
        let part = new Declared(resource.Type, resource.Name, rule, rule) { Id = "" }
        where part.All("routeAction.urlRewrite.pathTemplateRewrite").Any()
        from match in part.Maps("matchRules")
        where match.GetValueOrDefault("pathTemplateMatch") is not string template || !template.Contains('{', StringComparison.Ordinal)
        select $"a rule with a pathTemplateRewrite matches {string.Join(' ', match.Values)}, which is not a template with a variable";

    // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_security_policy: rules of a policy have no
    // request_body, and rules that are resources of their own are removed by a policy that has rules.
    private static IEnumerable<string> InlineRules(Declared resource) =>
        resource.All("rules").Any() ? ["the rules of a policy must be resources of their own"] : [];

    private static IEnumerable<string> RateLimit(Declared resource)
    {
        var isRateLimit = resource.Text("action") is "throttle" or "rate_based_ban";
        if (isRateLimit != resource.All("rateLimitOptions").Any())
            yield return isRateLimit ? "a rate limit has no rateLimitOptions" : "a rule without rate limit has rateLimitOptions";
    }
}
