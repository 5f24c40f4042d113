namespace Spotify.Cloud.Tests;

/// <summary>The sign-in of listeners.</summary>
public sealed class IdentityTests
{
    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Nobody_can_sign_up_unless_the_stack_opens_registration(string stack)
    {
        var config = Deployed.ConfigOf(stack);
        var (closed, open) = (await Deployed.To(stack), await Deployed.RunAsync(stack, config.SetItem("spotify:openRegistration", "true")));

        Assert.Equal([true], SignUpDisabled(closed));
        Assert.Equal([false], SignUpDisabled(open));
    }

    [Fact]
    public async Task The_api_key_is_printed_because_it_is_not_a_secret() =>
        Assert.Equal("an-api-key", (await Deployed.To("dev")).Outputs["apiKey"]);

    [Fact]
    public async Task The_repository_that_may_deploy_is_trusted_by_its_id_which_nobody_else_can_take_over()
    {
        var deployed = await Deployed.To("staging+repository");

        var provider = Assert.Single(deployed.Of("iam/workloadIdentityPoolProvider"));
        Assert.Equal(
            "assertion.repository_id == '123456789' && assertion.ref == 'refs/heads/main'", provider.Text("attributeCondition"));
        var deployer = Assert.Single(deployed.Of("serviceaccount/iAMMember"), grant => grant.Name == "deployment-github");
        Assert.EndsWith("/attribute.repository_id/123456789", deployer.Text("member"), StringComparison.Ordinal);
    }

    private static IEnumerable<object> SignUpDisabled(Deployed deployed) =>
        deployed.Of("identityplatform/config").SelectMany(config => config.All("client.permissions.disabledUserSignup"));
}
