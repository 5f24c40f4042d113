using Spotify.Cloud.Tests.Mocks;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>Rules for every stack: access, message delivery, deadlines and dependencies.</summary>
public sealed class PolicyTests
{
    private static readonly string[] BasicRoles = ["roles/owner", "roles/editor", "roles/viewer"];
    private static readonly string[] PublicMembers = ["allUsers", "allAuthenticatedUsers"];

    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Only_the_bucket_of_the_player_is_public(string stack)
    {
        var deployed = await Deployed.To(stack);

        foreach (var bucket in deployed.Of("storage/bucket"))
        {
            Assert.True((bool)bucket.Inputs["uniformBucketLevelAccess"], bucket.Name);
            if (bucket.Name != "player") Assert.Equal("enforced", bucket.Text("publicAccessPrevention"));
        }

        var grant = Assert.Single(deployed.Of("storage/bucketIAMMember"), grant => PublicMembers.Contains(grant.Text("member")));
        Assert.Equal((deployed.Project + "-player", "roles/storage.objectViewer"), (grant.Text("bucket"), grant.Text("role")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task No_account_has_a_basic_role(string stack) =>
        Assert.DoesNotContain(
            (await Deployed.To(stack)).All.SelectMany(resource => resource.Texts("role")),
            role => BasicRoles.Contains(role));

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Functions_that_anyone_may_invoke_accept_traffic_from_the_load_balancer_only(string stack)
    {
        var deployed = await Deployed.To(stack);

        var open = deployed.All
            .Where(resource => resource.Texts("member").Intersect(PublicMembers).Any() && resource.Module != "storage/bucketIAMMember")
            .ToList();

        Assert.NotEmpty(open);
        foreach (var grant in open)
        {
            Assert.Equal("cloudrunv2/serviceIamMember", grant.Module);
            var function = deployed.Of("cloudrunv2/service").Single(function => IsOf(grant, function));
            Assert.Equal("INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", function.Text("ingress"));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_other_function_is_invoked_by_one_account_only(string stack)
    {
        var deployed = await Deployed.To(stack);

        foreach (var function in deployed.Of("cloudrunv2/service").Where(function => !FunctionOf(function).IsPublic))
        {
            Assert.Equal("INGRESS_TRAFFIC_INTERNAL_ONLY", function.Text("ingress"));
            var grant = Assert.Single(deployed.Of("cloudrunv2/serviceIamMember"), grant => IsOf(grant, function));
            var account = FunctionOf(function).Caller switch
            {
                Caller.Scheduler => "scheduler",
                Caller.Subscription => "subscriptions",
                _ => "task-dispatcher",
            };
            Assert.Equal("roles/run.invoker", grant.Text("role"));
            Assert.Equal($"serviceAccount:{account}@{deployed.Project}.iam.gserviceaccount.com", grant.Text("member"));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_topic_has_a_consumer_including_the_dead_letter_topic(string stack)
    {
        var deployed = await Deployed.To(stack);
        var subscriptions = deployed.Of("pubsub/subscription").ToList();

        foreach (var topic in deployed.Of("pubsub/topic"))
            Assert.Contains(subscriptions, subscription => subscription.Text("topic") == topic.Text("name"));
        foreach (var subscription in subscriptions)
        {
            Assert.NotEmpty(subscription.Texts("pushConfig.oidcToken.audience"));
            Assert.NotEmpty(subscription.Texts("retryPolicy.minimumBackoff"));
            if (subscription.Text("topic") == "dead-letters") continue;
            Assert.Equal($"projects/{deployed.Project}/topics/dead-letters", subscription.Text("deadLetterPolicy.deadLetterTopic"));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_deadline_is_the_timeout_of_the_definition(string stack)
    {
        var deployed = await Deployed.To(stack);
        var timeouts = CloudFunction.All.ToDictionary(function => function.Name, function => function.Definition.Timeout.TotalSeconds);

        Assert.All(
            deployed.Of("cloudrunv2/service"),
            service => Assert.Equal($"{timeouts[service.Text("name")!]}s", service.Text("template.timeout")));
        Assert.All(deployed.Of("pubsub/subscription"), subscription => Assert.Equal(
            timeouts[ServiceOf(subscription.Text("pushConfig.pushEndpoint")!)], subscription.Numbers("ackDeadlineSeconds").Single()));
        Assert.All(
            deployed.Of("cloudscheduler/job"),
            job => Assert.Equal($"{timeouts[ServiceOf(job.Text("httpTarget.uri")!)]}s", job.Text("attemptDeadline")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_scheduled_call_is_repeated_and_reaches_a_route_of_its_function(string stack)
    {
        var routes = CloudFunction.All.ToDictionary(function => function.Name, function => function.Routes);

        Assert.All((await Deployed.To(stack)).Of("cloudscheduler/job"), job =>
        {
            var uri = new Uri(job.Text("httpTarget.uri")!);
            Assert.Contains(uri.AbsolutePath, routes[ServiceOf(uri.OriginalString)]);
            Assert.NotEmpty(job.Texts("timeZone"));
            Assert.NotEmpty(job.Numbers("retryConfig.retryCount"));
        });
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_alert_has_a_channel(string stack) =>
        Assert.All(
            (await Deployed.To(stack)).Of("monitoring/alertPolicy"),
            alert => Assert.NotEmpty(alert.Texts("notificationChannels")));

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Settings_contain_no_secrets_and_service_accounts_have_no_keys(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.DoesNotContain(deployed.All, resource => resource.Type.Contains("serviceaccount/key", StringComparison.Ordinal));
        var keys = deployed.Config
            .Where(value => Deployed.IsSecret(value.Key))
            .Select(value => value.Value)
            .ToHashSet();
        Assert.NotEmpty(keys);
        Assert.All(deployed.Of("cloudrunv2/service"), function => Assert.DoesNotContain(
            function.Environment().Values, keys.Contains));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Functions_depend_on_their_grants(string stack)
    {
        var deployed = await Deployed.To(stack);

        foreach (var function in deployed.Of("cloudrunv2/service"))
        {
            var account = "serviceAccount:" + function.Text("template.serviceAccount");
            Assert.All(
                deployed.All.Where(grant => grant.Text("member") == account),
                grant => Assert.Contains((grant.Type, grant.Name), function.DependsOn));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_resource_has_a_layer(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.All.Where(resource => resource.Module.Length > 0), resource => Assert.NotEmpty(resource.Layer));
    }

    private static CloudFunction FunctionOf(Declared declared) =>
        CloudFunction.All.Single(function => function.Name == declared.Text("name"));

    private static bool IsOf(Declared grant, Declared function) =>
        grant.Text("name") == function.Text("name") && grant.Text("location") == function.Text("location");

    private static string ServiceOf(string url) =>
        url["https://".Length..url.IndexOf($"-{CloudMocks.ProjectNumber}", StringComparison.Ordinal)];
}
