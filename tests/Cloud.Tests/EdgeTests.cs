namespace Spotify.Cloud.Tests;

/// <summary>What stands between the world and the functions.</summary>
public sealed class EdgeTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Who_is_not_served_is_not_served_from_the_cache_either(string stack)
    {
        var deployed = await Deployed.To(stack);
        var cached = deployed.Of("compute/backendBucket").Concat(deployed.Of("compute/backendService")).Where(backend => backend.All("enableCdn").Contains(true)).ToList();

        Assert.Contains(cached, backend => backend.Name == "images");
        Assert.All(cached, backend => Assert.EndsWith("/buckets", backend.Text("edgeSecurityPolicy"), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_region_is_left_out_only_if_there_is_another(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.Of("compute/backendService"), service =>
            Assert.Equal(service.All("backends").Count() > 1, service.All("outlierDetection").Any()));
    }
}
