using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Google.Api.Gax;
using Google.Api.Gax.Grpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Google.Objects;
using Tasks = Google.Cloud.Tasks.V2;

namespace Spotify.Google.Tasks;

/// <summary>
/// Queues of Cloud Tasks: shard i of a queue is the queue <c>{name}-{i}</c>, from 0. Cloud Tasks takes one task in a request. Every task is
/// given a name, so that one whose answer was lost can be sent again and is not there twice.
/// </summary>
public sealed class CloudTaskQueue : ITaskQueue
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.Tasks";

    private const int MaxIdLength = 500;
    private const int PrefixLength = 16;

    private readonly Tasks.CloudTasksClient client;
    private readonly TaskOptions options;
    private readonly TimeProvider time;
    private readonly Histogram<double> duration;

    /// <summary>The queues of a project and region.</summary>
    public CloudTaskQueue(Tasks.CloudTasksClient client, IOptions<TaskOptions> options, TimeProvider time, IMeterFactory meters)
    {
        this.client = client;
        this.options = options.Value;
        this.time = time;
        duration = meters.Create(MeterName).CreateHistogram<double>("spotify.tasks.call.duration", "s", "Time a call took, by operation and outcome.");
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No function is configured for the queue.</exception>
    /// <exception cref="IOException">Cloud Tasks refuses or fails.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public async Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
    {
        TaskRules.Check(queue, tasks, time.GetUtcNow());
        ct.ThrowIfCancellationRequested();
        var url = options.Urls.GetValueOrDefault(queue.Name) ?? options.BaseUrl
            ?? throw new InvalidOperationException($"There is no function for the tasks of '{queue.Name}': set Tasks:Urls:{queue.Name}, or Tasks:BaseUrl for all, to its address.");

        // Of two with one name the first counts, which two at once would leave to chance.
        var requests = tasks.Select(task => (Task: task, Name: task.Name ?? Guid.NewGuid().ToString("n"))).DistinctBy(item => item.Name).Select(item => Request(queue, url.TrimEnd('/'), item.Task, item.Name));
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct }, async (request, ct) => await CreateAsync(request, ct));
    }

    /// <summary>The client's settings. Every call may be repeated: see <see cref="EnqueueAsync"/>.</summary>
    internal static Tasks.CloudTasksSettings Settings(TaskOptions options) => new()
    {
        CreateTaskSettings = CallSettings.FromExpiration(Expiration.FromTimeout(options.Deadline)).WithRetry(RetrySettings.FromExponentialBackoff(
            options.MaxTries,
            options.MinBackoff,
            options.MaxBackoff,
            backoffMultiplier: 2,
            RetrySettings.FilterForStatusCodes(StatusCode.Unavailable, StatusCode.ResourceExhausted, StatusCode.Aborted, StatusCode.Internal))),
    };

    private Tasks.CreateTaskRequest Request(Queue queue, string url, TaskRequest task, string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var shard = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash.Length - sizeof(uint))) % (uint)queue.Shards;
        var parent = $"projects/{options.Project}/locations/{options.Location}/queues/{queue.Name}-{shard}";
        return new Tasks.CreateTaskRequest
        {
            Parent = parent,
            Task = new Tasks.Task
            {
                Name = $"{parent}/tasks/{Id(name, Convert.ToHexStringLower(hash))}",
                ScheduleTime = task.NotBefore is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                DispatchDeadline = Duration.FromTimeSpan(queue.Deadline),
                HttpRequest = new Tasks.HttpRequest
                {
                    HttpMethod = Tasks.HttpMethod.Post,
                    Url = url + queue.Path,
                    Headers = { ["Content-Type"] = "application/json" },
                    Body = ByteString.CopyFrom(task.Body.Span),
                    OidcToken = new Tasks.OidcToken { ServiceAccountEmail = options.ServiceAccount, Audience = options.Audience ?? url },
                },
            },
        };
    }

    // Ids that are alike at the front slow a queue down. https://cloud.google.com/tasks/docs/reference/rpc/google.cloud.tasks.v2#createtaskrequest
    private static string Id(string name, string hash) => PrefixLength + 1 + name.Length <= MaxIdLength ? $"{hash[..PrefixLength]}-{name}" : hash;

    private async Task CreateAsync(Tasks.CreateTaskRequest request, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var outcome = "error";
        try
        {
            await client.CreateTaskAsync(request, ct);
            outcome = "ok";
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            outcome = "exists";
        }
        catch (Exception e) when (ct.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            outcome = "cancelled";
            throw new OperationCanceledException($"Adding a task to '{request.Parent}' was cancelled.", e, ct);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
        {
            outcome = "timeout";
            throw new TimeoutException($"Cloud Tasks did not take a task for '{request.Parent}' within {options.Deadline.TotalSeconds:0.###} s.", e);
        }
        catch (RpcException e)
        {
            throw new IOException($"Cloud Tasks did not take a task for '{request.Parent}': {e.StatusCode}, {e.Status.Detail}", e);
        }
        finally
        {
            duration.Record(time.GetElapsedTime(start).TotalSeconds, new("operation", "create"), new("outcome", outcome));
        }
    }
}
