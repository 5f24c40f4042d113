using System.Globalization;
using Spotify.Cloud.Tests.Mocks;

namespace Spotify.Cloud.Tests.Costs;

/// <summary>A row of the costs of a stack without any playback.</summary>
/// <param name="Item">What is billed, with the quantity.</param>
/// <param name="Dollars">The costs of a month.</param>
internal sealed record Cost(string Item, decimal Dollars);

/// <summary>The costs of a stack without any playback, computed from its declared resources.</summary>
internal static class CostsAtRest
{
    private const int HoursPerMonth = 730;
    private const int SecondsPerMonth = HoursPerMonth * 3600;

    // Checkers by region of an uptime check: https://cloud.google.com/monitoring/uptime-checks#regions
    private static readonly Dictionary<string, int> Checkers = new()
    {
        ["USA"] = 3, ["EUROPE"] = 1, ["ASIA_PACIFIC"] = 1, ["SOUTH_AMERICA"] = 1,
    };

    /// <summary>Returns the costs of a month of 730 hours.</summary>
    public static IReadOnlyList<Cost> Of(Deployed deployed)
    {
        var (armor, rules) = (Count("compute/securityPolicy"), Count("compute/securityPolicyRule"));
        var (secrets, jobs) = (Count("secretmanager/secretVersion"), Count("cloudscheduler/job"));
        var instances = deployed.Of("cloudrunv2/service").Select(Warm).ToList();
        var (cores, memory) = (instances.Sum(instance => instance.Cores), instances.Sum(instance => instance.Memory));
        var executions = deployed.Of("monitoring/uptimeCheckConfig").Sum(Executions);
        return
        [
            .. deployed.Of("spanner/instance").Select(Database),
            new("load balancer", Price.ForwardingRules.Dollars * HoursPerMonth * UpToFive(Count("compute/globalForwardingRule"))),
            // Each policy has a default rule besides those that are declared one by one.
            new("Cloud Armor", (armor * Price.ArmorPolicy.Dollars) + ((armor + rules) * Price.ArmorRule.Dollars)),
            new("keys of KMS", Count("kms/cryptoKey") * Price.KeyVersion.Dollars),
            new("secrets", Math.Max(0, secrets - 6) * Price.SecretVersion.Dollars),
            new("warm instances", ((cores * Price.IdleCore.Dollars) + (memory * Price.IdleMemory.Dollars)) * SecondsPerMonth),
            new("scheduled jobs", Math.Max(0, jobs - 3) * Price.Job.Dollars),
            new("uptime checks", Math.Max(0, executions - 1_000_000) / 1000m * Price.UptimeChecks.Dollars),
        ];

        int Count(string module) => deployed.Of(module).Count();
    }

    private static int UpToFive(int rules) => (rules + 4) / 5;

    private static Cost Database(Declared instance)
    {
        var units = instance.Numbers("processingUnits").Concat(instance.Numbers("autoscalingConfig.autoscalingLimits.minProcessingUnits"))
            .Single();
        var price = (instance.Text("config"), instance.Text("edition")) switch
        {
            ("regional-us-central1", "ENTERPRISE") => Price.RegionalNode,
            ("nam-eur-asia1", "ENTERPRISE_PLUS") => Price.MultiRegionNode,
            var other => throw new NotSupportedException($"{other} has no price yet."),
        };
        return new("database", (decimal)units / 1000 * price.Dollars * HoursPerMonth);
    }

    private static (decimal Cores, decimal Memory) Warm(Declared service)
    {
        var instances = (decimal)service.Numbers("template.scaling.minInstanceCount").SingleOrDefault();
        var limits = service.Maps("template.containers.resources.limits").Single();
        var cores = decimal.Parse((string)limits["cpu"], CultureInfo.InvariantCulture);
        return (instances * cores, instances * Gibibytes((string)limits["memory"]));
    }

    private static decimal Gibibytes(string memory) => memory.EndsWith("Gi", StringComparison.Ordinal)
        ? decimal.Parse(memory[..^2], CultureInfo.InvariantCulture)
        : decimal.Parse(memory[..^2], CultureInfo.InvariantCulture) / 1024;

    private static int Executions(Declared check)
    {
        var period = int.Parse(check.Text("period")!.TrimEnd('s'), CultureInfo.InvariantCulture);
        return check.Texts("selectedRegions").Sum(region => Checkers[region]) * SecondsPerMonth / period;
    }
}
