using Pulumi;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>The Google services that are enabled, and the resources that wait for them.</summary>
public sealed class ServicesTests
{
    // The largest stack: every optional part.
    private const string Everything = "prod+release+budget+ml";

    // A module is named after its service, with these exceptions.
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["bigquery/reservation"] = "bigqueryreservation",
        ["bigquery/reservationAssignment"] = "bigqueryreservation",
        ["billing"] = "billingbudgets",
        ["cloudrunv2"] = "run",
        ["identityplatform"] = "identitytoolkit",
        ["kms"] = "cloudkms",
        ["projects/iAMAuditConfig"] = "cloudresourcemanager",
        ["projects/iAMCustomRole"] = "iam",
        ["projects/iAMMember"] = "cloudresourcemanager",
        ["projects/service"] = "",
        ["serviceaccount"] = "iam",
    };

    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    public static TheoryData<string> EveryAccounts => Deployed.EveryAccounts;

    [Theory]
    [MemberData(nameof(Everywhere))]
    [MemberData(nameof(EveryAccounts))]
    public async Task A_resource_depends_on_the_services_that_create_it_and_on_no_others(string stack) => Assert.All(
        (await Deployed.To(stack)).All.Where(resource => resource.Module.Length > 0),
        resource => Assert.Equal(Expected(resource), string.Join(' ', ServicesOf(resource).Order(StringComparer.Ordinal))));

    [Theory]
    [MemberData(nameof(Everywhere))]
    [MemberData(nameof(EveryAccounts))]
    public async Task A_service_is_enabled_only_if_a_resource_needs_it(string stack)
    {
        var deployed = await Deployed.To(stack);
        var needed = deployed.All.SelectMany(ServicesOf).ToHashSet();
        if (deployed.Of("artifactregistry/repository").Any()) needed.Add("cloudbuild");
        if (deployed.Of("iam/workloadIdentityPoolProvider").Any()) needed.UnionWith(["iamcredentials", "sts"]);
        if (deployed.All.Any(grant => grant.Text("role") == "roles/iam.serviceAccountTokenCreator")) needed.Add("iamcredentials");

        Assert.Equal(
            needed.Select(service => $"{service}.googleapis.com").Order(StringComparer.Ordinal),
            deployed.Of("projects/service").Select(service => service.Text("service")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Services_stay_enabled_when_the_stack_is_destroyed() => Assert.All(
        (await Deployed.To(Everything)).Of("projects/service"), service => Assert.Equal([false], service.All("disableOnDestroy")));

    [Fact]
    public async Task Services_are_known_for_declared_types_only()
    {
        var queue = new Resources { Enqueues = [new("example", "/tasks/example")] };
        var function = await DeclaredFunction.DeclareAsync(new FunctionDefinition("example", Caller.Scheduler) { Uses = queue });
        var accounts = (await Deployed.To("Accounts/prod+repository")).All;
        var types = (await Deployed.To(Everything)).All.Concat(function).Concat(accounts).Select(resource => resource.Module).ToHashSet();

        Assert.All(Services.Known, known => Assert.Contains(
            types, type => type == known || type.StartsWith($"{known}/", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_resource_whose_services_are_unknown_is_rejected()
    {
        var error = Assert.Throws<RunException>(() => Services.ApisOf("redis/instance"));

        Assert.Equal("The Google services that create redis/instance are unknown: add them to Services.Apis.", error.Message);
    }

    private static IEnumerable<string> ServicesOf(Declared resource) =>
        resource.DependsOn.Where(other => other.Type == "gcp:projects/service:Service").Select(other => other.Name);

    // Google creates the agent of a service once the service is enabled.
    private static string Expected(Declared resource) => resource.Module == "projects/serviceIdentity"
        ? resource.Text("service")!.Split('.')[0]
        : Exceptions.GetValueOrDefault(resource.Module)
            ?? Exceptions.GetValueOrDefault(resource.Module.Split('/')[0])
            ?? resource.Module.Split('/')[0];
}
