using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Google.Cloud.Tasks.V2;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using CloudTask = Google.Cloud.Tasks.V2.Task;
using Task = System.Threading.Tasks.Task;

namespace Spotify.Google.Tests.Tasks;

/// <summary>
/// A test double of Cloud Tasks: CreateTask over gRPC, with the service's limits and with faults on demand. A call is an HTTP/2 POST of
/// a message after a five-byte prefix with its length. The response has the same format, and the status in a trailer.
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, https://cloud.google.com/tasks/docs/reference/rpc/google.cloud.tasks.v2
/// </summary>
public sealed class TaskServer : IAsyncDisposable
{
    private const int PrefixLength = 5;

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, CloudTask> tasks = new();
    private readonly ConcurrentQueue<(StatusCode Status, bool IsDone)> faults = new();
    private readonly ConcurrentQueue<CreateTaskRequest> requests = new();
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int underWay;
    private int mostUnderWay;

    private TaskServer(WebApplication app) => this.app = app;

    /// <summary>The address of the server.</summary>
    public string Address => app.Urls.Single();

    /// <summary>The existing queues; null: all.</summary>
    public HashSet<string>? Queues { get; set; }

    /// <summary>Whether the server leaves calls without a response.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The highest number of concurrent calls so far.</summary>
    public int MostUnderWay => mostUnderWay;

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<CreateTaskRequest> Requests => [.. requests];

    /// <summary>The tasks in the queues.</summary>
    public IReadOnlyList<CloudTask> Queued => [.. tasks.Values];

    /// <summary>Completes when a call without a response has arrived.</summary>
    public Task Arrived => held.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public static async Task<TaskServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var server = new TaskServer(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Fails the next calls.</summary>
    /// <param name="status">The status.</param>
    /// <param name="times">The number of calls.</param>
    /// <param name="isDone">Whether the task is added before the call fails, as if the response were lost.</param>
    public void Fail(StatusCode status, int times = 1, bool isDone = false)
    {
        for (var i = 0; i < times; i++) faults.Enqueue((status, isDone));
    }

    private static void Finish(HttpContext context, StatusCode status, string detail = "")
    {
        context.Response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", detail);
    }

    private static string? Problem(CreateTaskRequest request)
    {
        var (task, now) = (request.Task, DateTimeOffset.UtcNow);
        var prefix = request.Parent + "/tasks/";
        var id = task.Name.StartsWith(prefix, StringComparison.Ordinal) ? task.Name[prefix.Length..] : "";
        var deadline = task.DispatchDeadline.ToTimeSpan();
        return id.Length is 0 or > 500 || !id.All(IsIdCharacter) ? $"Task name '{task.Name}' is invalid."
            : deadline < TimeSpan.FromSeconds(15) || deadline > TimeSpan.FromMinutes(30)
                ? "Task.dispatchDeadline must be between [15s, 30m]."
            : task.ScheduleTime?.ToDateTimeOffset() > now.AddDays(30).AddMinutes(1) ? "The schedule time is too far in the future."
            : task.CalculateSize() > 100 * 1024 ? "Task size too large."
            : task.HttpRequest.OidcToken is null ? "No token."
            : null;

        static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
    }

    private async Task HandleAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref underWay);
        for (var most = mostUnderWay; now > most; most = mostUnderWay) Interlocked.CompareExchange(ref mostUnderWay, now, most);
        try
        {
            context.Response.ContentType = "application/grpc";
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            if (context.Request.Path != "/google.cloud.tasks.v2.CloudTasks/CreateTask")
            {
                Finish(context, StatusCode.Unimplemented, context.Request.Path);
                return;
            }

            var request = CreateTaskRequest.Parser.ParseFrom(body.ToArray().AsSpan(PrefixLength));
            requests.Enqueue(request);
            if (IsSilent)
            {
                held.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            }

            var isFault = faults.TryDequeue(out var fault);
            if (isFault && !fault.IsDone) Finish(context, fault.Status, "On order.");
            else await CreateAsync(context, request, isFault ? fault.Status : null);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private async Task CreateAsync(HttpContext context, CreateTaskRequest request, StatusCode? lost)
    {
        if (Queues?.Contains(request.Parent.Split('/')[^1]) == false)
        {
            Finish(context, StatusCode.NotFound, "Requested entity was not found.");
            return;
        }

        if (Problem(request) is { } problem)
        {
            Finish(context, StatusCode.InvalidArgument, problem);
            return;
        }

        var task = request.Task.Clone();
        task.ScheduleTime ??= Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow);
        if (!tasks.TryAdd(task.Name, task))
        {
            Finish(context, StatusCode.AlreadyExists, "Requested entity already exists");
            return;
        }

        if (lost is { } status)
        {
            Finish(context, status, "On order.");
            return;
        }

        var message = new byte[PrefixLength + task.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - PrefixLength);
        task.WriteTo(message.AsSpan(PrefixLength));
        await context.Response.Body.WriteAsync(message);
        Finish(context, StatusCode.OK);
    }
}
