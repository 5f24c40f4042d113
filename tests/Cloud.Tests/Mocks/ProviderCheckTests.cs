using System.Xml.Linq;
using Spotify.Fixtures;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>The checks by the provider's schema.</summary>
public sealed class ProviderCheckTests
{
    [Theory]
    [InlineData("storage/bucket:Bucket", """{"name":"example-b"}""", "location is missing")]
    [InlineData("storage/bucket:Bucket", """{"location":"US","Public":true}""", "Public: there is no such input")]
    [InlineData("storage/bucket:Bucket", """{"location":"US","url":"gs://b"}""", "url is output only")]
    [InlineData("storage/bucket:Bucket", """{"location":["US"]}""", "location is a list, not a string")]
    [InlineData("storage/bucket:Bucket", """{"location":"US","versioning":[]}""", "versioning is a list, not the one that there may be")]
    [InlineData("storage/bucket:Bucket", """{"location":"US","lifecycleRules":{}}""", "lifecycleRules is an object, not a list")]
    [InlineData("storage/bucket:Bucket", """{"location":"US","labels":{"A":"b"}}""", "labels has an invalid label")]
    [InlineData("storage/bucket:Bucket", """{"location":"US","forceDestroy":"maybe"}""", "forceDestroy is 'maybe', not a bool")]
    [InlineData("cloudtasks/queue:Queue", """{"rateLimits":{"maxConcurrentDispatches":1.5}}""", "is 1.5, not a whole number")]
    [InlineData("cloudtasks/queue:Queue", """{"rateLimits":{"maxConcurrentDispatches":"many"}}""", "is 'many', not a int")]
    [InlineData("storage/notification:Notification", """{"payloadFormat":"JSON"}""", "payloadFormat is 'JSON', not one of")]
    [InlineData("secretmanager/secret:Secret", """{"secretId":"s","replication":{}}""", "has none of replication.auto")]
    [InlineData("secretmanager/secret:Secret", """{"secretId":"s","replication":{"auto":{},"userManaged":{}}}""", "exclude each other")]
    [InlineData("monitoring/dashboard:Dashboard", """{"dashboardJson":"{"}""", "dashboardJson is not JSON")]
    [InlineData("monitoring/slo:Slo", """{"goal":0.99999}""", "goal is not above 0 and at most 0.9999")]
    [InlineData("monitoring/slo:Slo", """{"rollingPeriodDays":31}""", "rollingPeriodDays is 31, not 1 to 30")]
    [InlineData("bigquery/dataset:Dataset", """{"datasetId":"a-b"}""", "datasetId is not the id of a dataset")]
    [InlineData("projects/service:Service", """{"service":"run"}""", "service is not a service")]
    [InlineData("kms/cryptoKey:CryptoKey", """{"keyRing":"r","rotationPeriod":"60s"}""", "is not a duration of at least a day")]
    [InlineData("example/thing:Thing", """{}""", "is not in provider-schema.json")]
    public void Invalid_inputs_are_found(string type, string inputs, string error) =>
        Assert.Contains(
            ProviderCheck.Check(Declared.Parse($"gcp:{type}", "it", inputs)), found => found.Contains(error, StringComparison.Ordinal));

    // An exclusion of an inline rule has no requestBodies, unlike that of a SecurityPolicyRule.
    [Fact]
    public void An_inline_rule_without_its_required_members_is_rejected()
    {
        var policy = Declared.Parse(
            "gcp:compute/securityPolicy:SecurityPolicy",
            "it",
            """
            {"rules":[{"priority":1,"match":{"expr":{"expression":"true"}},
              "preconfiguredWafConfig":{"exclusions":[{"requestBodies":[{"operator":"EQUALS"}]}]}}]}
            """);

        var errors = ProviderCheck.Check(policy).Order().ToList();

        Assert.Equal(
            [
                "rules.0.action is missing",
                "rules.0.preconfiguredWafConfig.exclusions.0.requestBodies: there is no such input",
                "rules.0.preconfiguredWafConfig.exclusions.0.targetRuleSet is missing",
            ],
            errors);
    }

    [Fact]
    public void The_schema_is_that_of_the_package()
    {
        var packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var package = packages.Descendants("PackageVersion").Single(entry => (string?)entry.Attribute("Include") == "Pulumi.Gcp");

        Assert.Equal(ProviderSchema.PackageVersion, (string?)package.Attribute("Version"));
    }
}
