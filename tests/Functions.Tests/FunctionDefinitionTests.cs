using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.CdnWarming;
using Spotify.Web.Functions;
using Spotify.Web.Messages;
using Spotify.Web.Tasks;

namespace Spotify.Functions.Tests;

/// <summary>Rules for every definition.</summary>
public sealed class FunctionDefinitionTests
{
    private static readonly IReadOnlyList<FunctionDefinition> All = FunctionDefinitions.All;

    public static TheoryData<string> Names => [.. All.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_deadline_is_the_timeout_of_the_function(string name)
    {
        var function = Of(name);

        Assert.True(function.Timeout > TimeSpan.Zero);
        if (function.Subscription is { } subscription) Assert.Equal(function.Timeout, subscription.AckDeadline);
        if (function.Queue is { } queue) Assert.Equal(function.Timeout, queue.Deadline);
        Assert.All(function.Schedules, schedule => Assert.Equal(function.Timeout, function.PolicyOf(schedule).Deadline));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_or_task_is_cancelled_before_the_deadline(string name)
    {
        var function = Of(name);

        if (function.Subscription is { } subscription)
            Assert.InRange(DeliveryPolicy.Of(subscription).Timeout, TimeSpan.FromSeconds(1), function.Timeout - TimeSpan.FromSeconds(1));
        if (function.Queue is { } queue)
            Assert.InRange(DeliveryPolicy.Of(queue).Timeout, TimeSpan.FromSeconds(1), function.Timeout - TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Long_work_ends_before_the_deadline()
    {
        Assert.InRange(
            new CdnWarmingOptions().Budget,
            TimeSpan.FromMinutes(1),
            CdnWarmingFunction.Definition.Timeout - TimeSpan.FromSeconds(10));
        Assert.InRange(
            new IngestOptions().TryLimit,
            TimeSpan.FromMinutes(1),
            DeliveryPolicy.Of(AudioIngestFunction.Definition.Queue!).Timeout - TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_are_kebab_case_and_no_longer_than_an_account_id(string name)
    {
        Assert.Matches("^[a-z]+(-[a-z]+)*$", name);
        Assert.InRange(name.Length, 6, 30);
    }

    [Fact]
    public void Names_of_functions_schedules_subscriptions_and_queues_are_unique()
    {
        AssertUnique(All.Select(function => function.Name));
        AssertUnique(All.SelectMany(function => function.Schedules).Select(schedule => schedule.Name));
        AssertUnique(All.Select(function => function.Subscription?.Name).OfType<string>());
        AssertUnique(All.Select(function => function.Queue?.Name).OfType<string>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_the_scheduler_has_schedules_tasks_a_queue_and_a_subscription_a_consumer(string name)
    {
        var function = Of(name);

        Assert.True(function.Schedules.Count == 0 || function.Caller == Caller.Scheduler);
        Assert.Equal(function.Caller == Caller.Tasks, function.Queue is not null);
        Assert.Equal(function.Caller == Caller.Subscription, function.Consumer is not null);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tasks_are_mapped_with_the_queue_of_the_definition_and_so_with_its_deadline(string name)
    {
        var function = Of(name);
        var mapped = Endpoints(function).Select(endpoint => endpoint.Metadata.GetMetadata<Queue>()).OfType<Queue>();

        Assert.Equal(function.Queue is null ? [] : [function.Queue], mapped);
    }

    // The dispatch deadline of a task is that of the queue it is added to, so that the whole queues are compared and not only their names.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_queue_that_a_function_adds_to_is_the_queue_of_one_function(string name) =>
        Assert.All(Of(name).Uses.Enqueues, queue => Assert.Single(All, function => function.Queue == queue));

    [Theory]
    [MemberData(nameof(Names))]
    public void Paths_of_schedules_and_queues_are_mapped_by_the_function(string name)
    {
        var function = Of(name);
        var paths = function.Schedules.Select(schedule => schedule.Path).ToList();
        if (function.Queue is { } queue) paths.Add(queue.Path);

        Assert.Subset(PostRoutes(function), paths.ToHashSet());
        Assert.All(paths, path => Assert.StartsWith("/tasks/", path));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_called_over_HTTP_has_routes_and_others_have_none(string name)
    {
        var function = Of(name);

        Assert.Equal(function.Caller != Caller.Subscription, Endpoints(function).Count > 0);
    }

    private static FunctionDefinition Of(string name) => All.Single(function => function.Name == name);

    private static void AssertUnique(IEnumerable<string> names) =>
        Assert.All(names.GroupBy(name => name), name => Assert.Single(name));

    private static HashSet<string> PostRoutes(FunctionDefinition function) =>
    [
        .. from endpoint in Endpoints(function)
           where endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) == true
           select endpoint.RoutePattern.RawText,
    ];

    internal static List<RouteEndpoint> Endpoints(FunctionDefinition function)
    {
        var builder = WebApplication.CreateSlimBuilder();
        function.AddServices(builder.Services);
        using var app = builder.Build();
        function.MapRoutes(app);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
    }
}
