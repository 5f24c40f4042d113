namespace Spotify.Cloud.Tests;

/// <summary>Runs the program for every stack.</summary>
public sealed class DeploymentTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task The_program_runs(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.NotEmpty(deployed.Of("cloudrunv2/service"));
        Assert.All(
            ["address", "url", "database", "uploads"],
            name => Assert.False(string.IsNullOrEmpty(deployed.Outputs[name] as string), name));
    }
}
