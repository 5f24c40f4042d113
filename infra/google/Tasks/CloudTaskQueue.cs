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
using Spotify.Hosting;
using Spotify.Hosting.Tasks;
using CloudTasks = Google.Cloud.Tasks.V2;

namespace Spotify.Google.Tasks;

/// <summary>
/// Queues of Cloud Tasks, one for each shard of a queue (<see cref="TaskOptions.Shards"/>). Cloud Tasks takes one task per request. Every
/// task gets a name, so that a request whose response was lost can be repeated without adding the task twice.
/// </summary>
public sealed class CloudTaskQueue : ITaskQueue
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Tasks";

    private const int MaxIdLength = 500;
    private const int PrefixLength = 16;

    private readonly TaskOptions options;
    private readonly Credentials credentials;
    private readonly TimeProvider time;
    private readonly CallMeter meter;
    private readonly Lazy<CloudTasks.CloudTasksClient> client;

    /// <summary>Creates the queues of a project and region. <see cref="OpenAsync"/> connects them.</summary>
    public CloudTaskQueue(IOptions<TaskOptions> options, Credentials credentials, TimeProvider time, IMeterFactory meters)
    {
        this.options = options.Value;
        this.credentials = credentials;
        this.time = time;
        meter = new CallMeter(meters, time, MeterName);
        client = new(Connect);
    }

    /// <summary>Fetches credentials and creates the client.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        await credentials.FetchAsync(options.Endpoint, ct);
        _ = client.Value;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No function, or another number of shards, is configured for the queue.</exception>
    /// <exception cref="IOException">Cloud Tasks rejected the task or failed.</exception>
    /// <exception cref="TimeoutException">Cloud Tasks did not respond in time.</exception>
    public async Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
    {
        TaskRules.Check(queue, tasks, time.GetUtcNow());
        ct.ThrowIfCancellationRequested();
        var url = options.Urls.GetValueOrDefault(queue.Name) ?? options.BaseUrl
            ?? throw new InvalidOperationException(
                $"No function is configured for the tasks of '{queue.Name}': "
                + $"set Tasks:Urls:{queue.Name}, or Tasks:BaseUrl for all queues, to its address.");

        var shards = options.Shards.GetValueOrDefault(queue.Name)
            ?? [.. Enumerable.Range(0, queue.Shards).Select(shard => FormattableString.Invariant($"{queue.Name}-{shard}"))];
        if (shards.Length != queue.Shards)
            throw new InvalidOperationException(
                $"'{queue.Name}' has {queue.Shards} shards: set Tasks:Shards:{queue.Name} to as many queues, not {shards.Length}.");

        // DistinctBy, because the first of two tasks with one name counts, and parallel requests have no order.
        var requests = tasks.Select(task => (Task: task, Name: task.Name ?? Guid.NewGuid().ToString("n")))
            .DistinctBy(item => item.Name)
            .Select(item => Request(queue, shards, url.TrimEnd('/'), item.Task, item.Name));
        await Parallel.ForEachAsync(
            requests,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct },
            async (request, ct) => await meter.MeasureAsync(
                "create", () => CreateAsync(request, ct), created => created ? CallOutcome.Ok : CallOutcome.Exists));
    }

    private CloudTasks.CreateTaskRequest Request(Queue queue, string[] shards, string url, TaskRequest task, string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var shard = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash.Length - sizeof(uint))) % (uint)shards.Length;
        var parent = $"projects/{options.Project}/locations/{options.Location}/queues/{shards[shard]}";
        return new CloudTasks.CreateTaskRequest
        {
            Parent = parent,
            Task = new CloudTasks.Task
            {
                Name = $"{parent}/tasks/{Id(name, Convert.ToHexStringLower(hash))}",
                ScheduleTime = task.NotBefore is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                DispatchDeadline = Duration.FromTimeSpan(queue.Deadline),
                HttpRequest = new CloudTasks.HttpRequest
                {
                    HttpMethod = CloudTasks.HttpMethod.Post,
                    Url = url + queue.Path,
                    Headers = { ["Content-Type"] = "application/json" },
                    Body = ByteString.CopyFrom(task.Body.Span),
                    OidcToken = new CloudTasks.OidcToken
                    {
                        ServiceAccountEmail = options.ServiceAccount, Audience = options.Audience ?? url,
                    },
                },
            },
        };
    }

    // The id starts with a hash, because ids with a common prefix slow a queue down.
    // https://cloud.google.com/tasks/docs/reference/rpc/google.cloud.tasks.v2#createtaskrequest
    private static string Id(string name, string hash) =>
        PrefixLength + 1 + name.Length <= MaxIdLength ? $"{hash[..PrefixLength]}-{name}" : hash;

    /// <returns>Whether the task is new; false if a task of that name exists.</returns>
    private async Task<bool> CreateAsync(CloudTasks.CreateTaskRequest request, CancellationToken ct)
    {
        try
        {
            await client.Value.CreateTaskAsync(request, ct);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            return false;
        }
        catch (Exception e) when (ct.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            throw new OperationCanceledException($"Adding a task to '{request.Parent}' was canceled.", e, ct);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
        {
            throw new TimeoutException(
                $"Adding a task to '{request.Parent}' did not finish within {options.Deadline.TotalSeconds:0.###} s.", e);
        }
        catch (RpcException e)
        {
            throw new IOException($"Adding a task to '{request.Parent}' failed: {e.StatusCode}, {e.Status.Detail}", e);
        }
    }

    private CloudTasks.CloudTasksClient Connect() => new CloudTasks.CloudTasksClientBuilder
    {
        Settings = Settings(),
        Endpoint = options.Endpoint,
        ChannelCredentials = credentials.ForChannel(options.Endpoint),
    }.Build();

    private CloudTasks.CloudTasksSettings Settings() => new()
    {
        CreateTaskSettings = CallSettings.FromExpiration(Expiration.FromTimeout(options.Deadline)).WithRetry(
            RetrySettings.FromExponentialBackoff(
                options.MaxTries,
                options.MinBackoff,
                options.MaxBackoff,
                backoffMultiplier: 2,
                RetrySettings.FilterForStatusCodes(
                    StatusCode.Unavailable, StatusCode.ResourceExhausted, StatusCode.Aborted, StatusCode.Internal))),
    };
}
