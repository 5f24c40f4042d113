using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Training;

namespace Spotify.Google.Training;

/// <summary>
/// Trainings as executions of a Cloud Run job. The environment variable <see cref="RunVariable"/> of an execution names its run.
/// </summary>
/// <seealso href="https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs/run"/>
/// <seealso href="https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs.executions"/>
public sealed class CloudRunTrainingJobs : ITrainingJobs, IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.TrainingJobs";

    /// <summary>The environment variable with the name of the run.</summary>
    public const string RunVariable = "TRAINING_RUN";

    private const string CloudRun = "https://run.googleapis.com";

    // The newest executions come first. A week has few.
    private const int MaxExecutions = 100;

    private readonly HttpClient http = new();
    private readonly ITokenAccess? credential;
    private readonly TrainingJobOptions options;
    private readonly TimeProvider time;
    private readonly CallMeter meter;

    /// <summary>Creates the adapter.</summary>
    public CloudRunTrainingJobs(
        IOptions<TrainingJobOptions> options, Credentials credentials, TimeProvider time, IMeterFactory meters)
    {
        (this.options, this.time, credential) = (options.Value, time, credentials.For(options.Value.Endpoint));
        meter = new CallMeter(meters, time, MeterName);
    }

    private string Address => $"{options.Endpoint ?? CloudRun}/v2/{options.Job}";

    /// <summary>Fetches credentials.</summary>
    public Task OpenAsync(CancellationToken ct) => Credentials.FetchAsync(credential, ct);

    /// <inheritdoc/>
    /// <remarks>It is not tried again, because each try would start an execution: the next call looks for the first one.</remarks>
    public Task StartAsync(string run, CancellationToken ct)
    {
        var variable = new JsonObject { ["name"] = RunVariable, ["value"] = run };
        var container = new JsonObject { ["env"] = new JsonArray(variable) };
        var body = new JsonObject { ["overrides"] = new JsonObject { ["containerOverrides"] = new JsonArray(container) } };
        return CallAsync("start", HttpMethod.Post, $"{Address}:run", body, ct);
    }

    /// <inheritdoc/>
    public async Task<TrainingJobState?> FindAsync(string run, CancellationToken ct)
    {
        var page = await CallAsync("find", HttpMethod.Get, $"{Address}/executions?pageSize={MaxExecutions}", null, ct);
        // A run has several executions if the response to its start was lost; any of them may end it.
        TrainingJobState[] states =
            [.. (page["executions"] as JsonArray ?? []).Where(one => RunOf(one) == run).Select(one => StateOf(one!))];
        return states.Length == 0 ? null
            : states.Contains(TrainingJobState.Running) ? TrainingJobState.Running
            : states.Contains(TrainingJobState.Succeeded) ? TrainingJobState.Succeeded
            : TrainingJobState.Failed;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string? RunOf(JsonNode? execution) => (execution?["template"]?["containers"]?[0]?["env"] as JsonArray)
        ?.FirstOrDefault(variable => (string?)variable?["name"] == RunVariable)?["value"]?.GetValue<string>();

    // Members with the default value are left out.
    private static TrainingJobState StateOf(JsonNode execution) =>
        execution["completionTime"] is null ? TrainingJobState.Running
        : (int?)execution["succeededCount"] > 0 ? TrainingJobState.Succeeded
        : TrainingJobState.Failed;

    private Task<JsonNode> CallAsync(string operation, HttpMethod method, string address, JsonNode? body, CancellationToken ct) =>
        meter.MeasureAsync(operation, async () =>
        {
            using var deadline = new Deadline(options.Deadline, time, ct);
            try
            {
                using var request = new HttpRequestMessage(method, address);
                if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
                if (credential is not null)
                {
                    var token = await credential.GetAccessTokenForRequestAsync(cancellationToken: deadline.Token);
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                }

                using var response = await http.SendAsync(request, deadline.Token);
                var text = await response.Content.ReadAsStringAsync(deadline.Token);
                if (response.StatusCode != HttpStatusCode.OK)
                    throw new IOException($"Cloud Run answered {(int)response.StatusCode} ({operation}): {text}");
                return JsonNode.Parse(text) ?? new JsonObject();
            }
            catch (OperationCanceledException e) when (deadline.HasPassed && !ct.IsCancellationRequested)
            {
                throw new IOException($"Cloud Run did not respond within {options.Deadline.TotalSeconds:0.###} s ({operation}).", e);
            }
            catch (Exception e) when (e is HttpRequestException or JsonException)
            {
                throw new IOException($"Cloud Run failed ({operation}): {e.Message}", e);
            }
        });
}
