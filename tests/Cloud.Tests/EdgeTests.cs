using Spotify.Fixtures;

namespace Spotify.Cloud.Tests;

/// <summary>The load balancer.</summary>
public sealed class EdgeTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Blocked_countries_are_blocked_from_cached_content_too(string stack)
    {
        var deployed = await Deployed.To(stack);
        var cached = deployed.Of("compute/backendBucket")
            .Concat(deployed.Of("compute/backendService"))
            .Where(backend => backend.All("enableCdn").Contains(true))
            .ToList();

        Assert.Contains(cached, backend => backend.Name == "images");
        Assert.All(cached, backend => Assert.EndsWith("/buckets", backend.Text("edgeSecurityPolicy"), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Functions_get_the_country_and_the_address_of_the_client_from_the_load_balancer(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.Of("compute/backendService"), service =>
            Assert.Equal(
                ["X-Client-Region:{client_region}", "X-Client-Address:{client_ip_address}"], service.All("customRequestHeaders")));
        var listeners = deployed.Of("cloudrunv2/service")
            .Select(function => function.Environment())
            .Where(settings => settings.ContainsKey("PublicUrl"));
        Assert.All(listeners, settings =>
        {
            Assert.Equal("X-Client-Region", settings["ClientRegionHeader"]);
            Assert.Equal(deployed.Config["spotify:defaultCountry"], settings["DefaultCountry"]);
        });
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_region_is_ejected_only_if_there_is_another(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.Of("compute/backendService"), service =>
            Assert.Equal(service.All("backends").Count() > 1, service.All("outlierDetection").Any()));
    }

    [Fact]
    public async Task The_documented_quotas_are_those_of_the_declared_backends()
    {
        var deployed = await Deployed.To("prod");
        var words = File.ReadAllText(Repository.PathOf("docs/cloud.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains(
            $"needs {deployed.Of("compute/backendService").Count()} backend services "
            + $"and {deployed.Of("compute/backendBucket").Count()} backend buckets",
            string.Join(' ', words),
            StringComparison.Ordinal);
    }
}
