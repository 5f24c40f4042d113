using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Fixtures;

namespace Spotify.Cloud.Tests;

/// <summary>Compares <c>docs/costs.md</c> with the declared resources.</summary>
public sealed class CostsTests
{
    [Fact]
    public async Task The_documented_resources_of_the_development_stack_are_declared()
    {
        var deployed = await Deployed.To("dev");
        var text = Repository.Read("docs/costs.md");
        var policies = deployed.Of("compute/securityPolicy").ToList();

        Assert.Contains("one region, 100 units", text);
        Assert.Equal([100d], deployed.Of("spanner/instance").SelectMany(instance => instance.All("processingUnits")));
        Assert.Equal(["ENTERPRISE"], deployed.Of("spanner/instance").Select(instance => instance.Text("edition")));
        Assert.Contains("two forwarding rules", text);
        Assert.Equal(2, deployed.Of("compute/globalForwardingRule").Count());
        Assert.Contains($"two policies with {policies.Count + deployed.Of("compute/securityPolicyRule").Count()} rules", text);
        Assert.Equal(2, policies.Count);
        Assert.Contains("KMS, one key", text);
        Assert.Single(deployed.Of("kms/cryptoKey"));
        // Up to three scheduled jobs are free, and so are functions without minimum instances.
        Assert.InRange(deployed.Of("cloudscheduler/job").Count(), 1, 3);
        Assert.All(
            deployed.Of("cloudrunv2/service"),
            function => Assert.Equal([0d], function.All("template.scaling.minInstanceCount")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_totals_are_the_sums_of_their_columns(int stack)
    {
        var rows = File.ReadLines(Repository.PathOf("docs/costs.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[stack + 1])
            .Skip(1)
            .ToList();
        var amounts = rows
            .Select(cell => Regex.Match(cell, @"[0-9][0-9,.]*"))
            .Select(amount => amount.Success ? decimal.Parse(amount.Value, CultureInfo.InvariantCulture) : 0)
            .ToList();

        Assert.InRange(amounts[^1], amounts[..^1].Sum() * 0.98m, amounts[..^1].Sum() * 1.02m);
    }
}
