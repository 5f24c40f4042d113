using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Google.Training;
using Spotify.Hosting.Training;

namespace Spotify.Google.Tests.Training;

/// <summary>Trainings on the protocol of the Cloud Run Admin API, v2.</summary>
public sealed class CloudRunTrainingJobsTests : IAsyncLifetime
{
    private const string Job = "projects/p/locations/us-central1/jobs/model-training";

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<(string Request, JsonNode? Body)> requests = [];
    private JsonObject answer = [];
    private int status = 200;
    private WebApplication server = null!;
    private CloudRunTrainingJobs jobs = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(async context =>
        {
            var text = await new StreamReader(context.Request.Body).ReadToEndAsync();
            var request = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
            requests.Add((request, text.Length > 0 ? JsonNode.Parse(text) : null));
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(answer.ToJsonString());
        });
        await server.StartAsync();
        var options = new TrainingJobOptions { Job = Job, Endpoint = server.Urls.Single() };
        jobs = new CloudRunTrainingJobs(
            Options.Create(options), new Credentials(), TimeProvider.System, services.GetRequiredService<IMeterFactory>());
    }

    public async Task DisposeAsync()
    {
        jobs.Dispose();
        await server.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task A_training_is_an_execution_with_the_name_of_its_run()
    {
        await jobs.StartAsync("20261128-1", default);
        var (request, body) = Assert.Single(requests);
        Assert.Equal($"POST /v2/{Job}:run", request);
        Assert.Equal(
            """{"overrides":{"containerOverrides":[{"env":[{"name":"TRAINING_RUN","value":"20261128-1"}]}]}}""", body!.ToJsonString());
    }

    [Theory]
    [InlineData("""{}""", TrainingJobState.Running)]
    [InlineData("""{"runningCount":1}""", TrainingJobState.Running)]
    [InlineData("""{"completionTime":"2026-11-28T12:00:00Z","succeededCount":1}""", TrainingJobState.Succeeded)]
    [InlineData("""{"completionTime":"2026-11-28T12:00:00Z","failedCount":1}""", TrainingJobState.Failed)]
    [InlineData("""{"completionTime":"2026-11-28T12:00:00Z","cancelledCount":1}""", TrainingJobState.Failed)]
    public async Task The_state_is_that_of_the_execution(string execution, TrainingJobState state)
    {
        answer = new JsonObject { ["executions"] = new JsonArray(Execution("20261121-1", "{}"), Execution("20261128-1", execution)) };
        Assert.Equal(state, await jobs.FindAsync("20261128-1", default));
        Assert.Equal($"GET /v2/{Job}/executions?pageSize=100", Assert.Single(requests).Request);
        Assert.Null(await jobs.FindAsync("20261128-2", default));
    }

    [Fact]
    public async Task Of_two_executions_of_a_run_the_running_one_counts()
    {
        answer = new JsonObject
        {
            ["executions"] = new JsonArray(Execution("r", """{"completionTime":"x","failedCount":1}"""), Execution("r", "{}")),
        };
        Assert.Equal(TrainingJobState.Running, await jobs.FindAsync("r", default));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(503)]
    public async Task Errors_are_reported_and_a_start_is_not_tried_again(int code)
    {
        status = code;
        await Assert.ThrowsAsync<IOException>(() => jobs.StartAsync("r", default));
        Assert.Single(requests);
        await Assert.ThrowsAsync<IOException>(() => jobs.FindAsync("r", default));
    }

    [Fact]
    public async Task No_execution_is_no_state() => Assert.Null(await jobs.FindAsync("r", default));

    private static JsonNode Execution(string run, string members)
    {
        var execution = JsonNode.Parse(members)!.AsObject();
        execution["template"] = JsonNode.Parse(
            $$"""{"containers":[{"args":["train"],"env":[{"name":"A","value":"b"},{"name":"TRAINING_RUN","value":"{{run}}"}]}]}""");
        return execution;
    }
}
