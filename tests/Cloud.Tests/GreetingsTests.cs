using Spotify.Cloud.Tests.Mocks;
using Spotify.Functions.Greetings;

namespace Spotify.Cloud.Tests;

/// <summary>The example function of CONTRIBUTING.md, deployed with those of the product.</summary>
public sealed class GreetingsTests
{
    [Fact]
    public async Task The_definition_declares_an_account_roles_settings_and_routes()
    {
        var before = await Deployed.To("dev");
        var after = await Deployed.RunAsync("dev", Deployed.ConfigOf("dev"), GreetingsFunction.Definition);
        var email = $"greetings@{after.Project}.iam.gserviceaccount.com";

        Assert.Contains(after.Of("serviceaccount/account"), account => account.Text("accountId") == "greetings");
        var role = Assert.Single(after.All, grant => grant.Text("member") == $"serviceAccount:{email}");
        Assert.Equal(("spanner/databaseIAMMember", "roles/spanner.databaseReader"), (role.Module, role.Text("role")));
        Assert.All(NewFunctions(before, after), function =>
        {
            Assert.Equal("Spotify.Google.Greetings", function.Environment()["FUNCTION_TARGET"]);
            Assert.Equal(email, function.Text("template.serviceAccount"));
            Assert.Equal(
                [
                    "AccessTokens__Audience",
                    "AccessTokens__Issuer",
                    "AccessTokens__JwksUrl",
                    "ClientRegionHeader",
                    "DefaultCountry",
                    "FUNCTION_TARGET",
                    "GOOGLE_CLOUD_PROJECT",
                    "PublicUrl",
                    "Spanner__Database",
                ],
                function.Environment().Keys.Order(StringComparer.Ordinal));
        });
        var routes = after.Of("compute/uRLMap").SelectMany(map => map.Maps("pathMatchers.routeRules.matchRules"));
        Assert.Contains(routes, route => route.ContainsValue("/v1/greetings/*"));
    }

    private static List<Declared> NewFunctions(Deployed before, Deployed after)
    {
        var existing = before.Of("cloudrunv2/service").Select(function => function.Name).ToHashSet();
        var added = after.Of("cloudrunv2/service").Where(function => !existing.Contains(function.Name)).ToList();
        Assert.NotEmpty(added);
        Assert.Equal(existing.Count + added.Count, after.Of("cloudrunv2/service").Count());
        return added;
    }
}
