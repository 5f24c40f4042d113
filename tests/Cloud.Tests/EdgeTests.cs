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
    public async Task A_region_is_ejected_only_if_there_is_another(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.Of("compute/backendService"), service =>
            Assert.Equal(service.All("backends").Count() > 1, service.All("outlierDetection").Any()));
    }
}
