using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Web.Identity;
using Spotify.Web.Messages;
using Spotify.Web.Requests;

namespace Spotify.Web.Tasks;

/// <summary>
/// The endpoints that the task queue and the scheduler call. Only service accounts may call them (<see cref="ServiceCallerVerifier"/>);
/// others get 403. The host adds <see cref="ServiceCallerServices.AddServiceCallers"/> and, for tasks, an <see cref="IMessageBus"/>.
/// </summary>
/// <seealso href="https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler"/>
public static partial class TaskEndpoints
{
    /// <summary>The tag of the endpoints in the OpenAPI description.</summary>
    public const string Tag = "Tasks";

    /// <summary>The header with the name of the queue.</summary>
    public const string QueueNameHeader = "X-CloudTasks-QueueName";

    /// <summary>The header with the name of the task. Tasks that were added without a name get one.</summary>
    public const string TaskNameHeader = "X-CloudTasks-TaskName";

    /// <summary>The header with the number of earlier dispatches, from 0, whether or not they reached the function.</summary>
    public const string RetryCountHeader = "X-CloudTasks-TaskRetryCount";

    private const string MediaType = "application/json";

    /// <summary>
    /// Maps the endpoint that handles the tasks of a queue: a POST at the queue's path. An exception is answered with 500, and the queue
    /// dispatches the task again. After the last attempt, on <see cref="PoisonMessageException"/>, and if the body has another format, the
    /// task goes to <see cref="Topic.DeadLetters"/>.
    /// </summary>
    /// <typeparam name="TService">The service that handles a task.</typeparam>
    /// <typeparam name="TBody">The type of the body.</typeparam>
    /// <param name="queue">The queue, with the deadline of the function: <see cref="Functions.FunctionDefinition.Queue"/>.</param>
    /// <param name="handle">Handles a task. All effects must be durable when it completes, and safe to repeat.</param>
    /// <exception cref="ArgumentException">The queue breaks <see cref="TaskRules"/>.</exception>
    public static IEndpointConventionBuilder MapTask<TService, TBody>(
        this IEndpointRouteBuilder routes, Queue queue, JsonTypeInfo<TBody> json, Func<TService, TBody, CancellationToken, Task> handle)
        where TService : notnull where TBody : class
    {
        TaskRules.Check(queue);
        var policy = DeliveryPolicy.Of(queue);
        return routes.MapPost(queue.Path, (RequestDelegate)(async context =>
        {
            await VerifyAsync(context);
            await new Dispatch(context, policy).HandleAsync(
                (body, ct) => handle(context.RequestServices.GetRequiredService<TService>(), JsonMessage.Parse(body, json), ct));
        })).WithMetadata(queue).Describe(typeof(TBody), result: null);
    }

    /// <summary>
    /// Maps an endpoint that the scheduler calls: a POST. An exception is answered with 500, and the scheduler calls again.
    /// </summary>
    /// <typeparam name="TService">The service that does the work.</typeparam>
    /// <param name="routes">The routes.</param>
    /// <param name="path">The path. The name of the endpoint is its last segment.</param>
    /// <param name="summary">What a call does.</param>
    /// <param name="handle">Does the work and returns what was done, which is the response and is logged by the scheduler.</param>
    public static IEndpointConventionBuilder MapScheduled<TService>(
        this IEndpointRouteBuilder routes, string path, string summary, Func<TService, CancellationToken, Task<JsonObject>> handle)
        where TService : notnull =>
        routes.MapPost(path, (RequestDelegate)(async context =>
        {
            await VerifyAsync(context);
            var result = await handle(context.RequestServices.GetRequiredService<TService>(), context.RequestAborted);
            context.Response.ContentType = MediaType;
            await context.Response.WriteAsync(result.ToJsonString(), context.RequestAborted);
        })).Describe(body: null, typeof(JsonObject)).WithName(path[(path.LastIndexOf('/') + 1)..]).WithSummary(summary);

    /// <summary>Maps an endpoint that the scheduler calls with a body. A missing or invalid body is answered with 400.</summary>
    /// <typeparam name="TService">The service that does the work.</typeparam>
    /// <typeparam name="TBody">The type of the body.</typeparam>
    /// <typeparam name="TResult">The result, which the scheduler logs.</typeparam>
    public static IEndpointConventionBuilder MapScheduled<TService, TBody, TResult>(
        this IEndpointRouteBuilder routes,
        string path,
        JsonTypeInfo<TBody> bodyJson,
        JsonTypeInfo<TResult> resultJson,
        Func<TService, TBody, HttpContext, Task<TResult>> handle)
        where TService : notnull where TBody : class =>
        routes.MapPost(path, (RequestDelegate)(async context =>
        {
            await VerifyAsync(context);
            var body = (await RequestBody.BindAsync(context))!.Json(bodyJson) ?? throw ApiException.BadRequest("Missing body");
            var result = await handle(context.RequestServices.GetRequiredService<TService>(), body, context);
            await context.Response.WriteAsJsonAsync(result, resultJson, cancellationToken: context.RequestAborted);
        })).Describe(typeof(TBody), typeof(TResult));

    private static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder endpoint, Type? body, Type? result)
    {
        if (body is not null) endpoint.WithMetadata(new RequestContent(body, MediaType));
        return endpoint.WithTags(Tag).WithMetadata(result is null
            ? new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent)
            : new ProducesResponseTypeMetadata(StatusCodes.Status200OK, result, [MediaType]));
    }

    // Runs first, so that an unauthorized caller does not learn about other errors in the request.
    private static Task VerifyAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<ServiceCallerVerifier>().VerifyAsync(context.Request, context.RequestAborted);

    /// <summary>One dispatch of a task.</summary>
    private sealed partial class Dispatch(HttpContext context, DeliveryPolicy policy)
    {
        private readonly ILogger logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Spotify.Web.Tasks");
        private readonly string name = context.Request.Headers[TaskNameHeader].ToString();
        private readonly int attempt =
            int.TryParse(context.Request.Headers[RetryCountHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var retries)
                ? retries + 1
                : 1;

        public async Task HandleAsync(Func<ReadOnlyMemory<byte>, CancellationToken, Task> handle)
        {
            var body = (await RequestBody.BindAsync(context))!.Bytes;
            var time = context.RequestServices.GetRequiredService<TimeProvider>();
            var result = await policy.AttemptAsync(attempt, ct => handle(body, ct), time, context.RequestAborted);
            switch (result.Outcome)
            {
                case DeliveryOutcome.Completed:
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                    break;
                case DeliveryOutcome.DeadLetter:
                    var letter = DeadLetter.Of(new Message(body) { Id = name }, policy.Source, result.Reason);
                    await context.RequestServices.GetRequiredService<IMessageBus>()
                        .PublishAsync(Topic.DeadLetters, [letter], context.RequestAborted);
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                    break;
                case DeliveryOutcome.Interrupted:
                    // The queue no longer waits for the response and counts a failure.
                    context.RequestAborted.ThrowIfCancellationRequested();
                    break;
                default:
                    LogFailure(result.Error!, policy.Source, name, attempt);
                    await ErrorHandling.WriteAsync(context, StatusCodes.Status500InternalServerError, "The task failed");
                    break;
            }
        }

        [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Name} of {Queue} failed at attempt {Attempt} and will be retried.")]
        private partial void LogFailure(Exception cause, string queue, string name, int attempt);
    }
}
