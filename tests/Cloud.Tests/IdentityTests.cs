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

    private static IEnumerable<object> SignUpDisabled(Deployed deployed) =>
        deployed.Of("identityplatform/config").SelectMany(config => config.All("client.permissions.disabledUserSignup"));
}
