using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Web.Tasks;

/// <summary>
/// Maps what the task queue and the scheduler call. Only services may (<see cref="ServiceCallerVerifier"/>); others are answered with 403.
/// The host adds <see cref="ServiceCallerServices.AddServiceCallers"/> and, for tasks, an <see cref="IMessageBus"/>.
/// </summary>
/// <seealso href="https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler"/>
public static partial class TaskEndpoints
{
    /// <summary>The header with the queue's name.</summary>
    public const string QueueNameHeader = "X-CloudTasks-QueueName";

    /// <summary>The header with the task's name; one that was given none has one all the same.</summary>
    public const string TaskNameHeader = "X-CloudTasks-TaskName";

    /// <summary>The header with how often the task was sent before, from 0; whether or not it reached the function.</summary>
    public const string RetryCountHeader = "X-CloudTasks-TaskRetryCount";

    /// <summary>
    /// Maps the function that does the tasks of a queue, a POST at its path. What it throws is answered with 500, and the queue sends the task
    /// again; at the last attempt, or on <see cref="PoisonMessageException"/> or a body of another form, the task goes to
    /// <see cref="Topic.DeadLetters"/>.
    /// </summary>
    /// <typeparam name="TService">The service that does them.</typeparam>
    /// <typeparam name="TBody">The form of the body.</typeparam>
    /// <param name="handle">Does one. Every effect is done when it completes, and repeats safely.</param>
    /// <exception cref="ArgumentException">The queue is not of the form that it describes.</exception>
    public static IEndpointConventionBuilder MapTask<TService, TBody>(
        this IEndpointRouteBuilder routes, Queue queue, JsonTypeInfo<TBody> json, Func<TService, TBody, CancellationToken, Task> handle)
        where TService : notnull where TBody : class
    {
        TaskRules.Check(queue);
        return routes.MapPost(queue.Path, (RequestDelegate)(async context =>
        {
            await VerifyAsync(context);
            await new TaskRun(context, queue).RunAsync(
                (body, ct) => handle(context.RequestServices.GetRequiredService<TService>(), Parse(body, json), ct));
        })).WithMetadata(queue);
    }

    /// <summary>Maps a function that the scheduler calls, a POST. What it throws is answered with 500, and the scheduler tries again.</summary>
    /// <typeparam name="TService">The service that does it.</typeparam>
    /// <typeparam name="TAnswer">What the scheduler's log keeps of it.</typeparam>
    public static IEndpointConventionBuilder MapScheduled<TService, TAnswer>(
        this IEndpointRouteBuilder routes, string path, JsonTypeInfo<TAnswer> json, Func<TService, CancellationToken, Task<TAnswer>> handle)
        where TService : notnull =>
        routes.MapPost(path, (RequestDelegate)(async context =>
        {
            await VerifyAsync(context);
            var answer = await handle(context.RequestServices.GetRequiredService<TService>(), context.RequestAborted);
            await context.Response.WriteAsJsonAsync(answer, json, cancellationToken: context.RequestAborted);
        }));

    /// <summary>The same for a function that is told in the body what to do. A body of another form is answered with 400.</summary>
    /// <typeparam name="TService">The service that does it.</typeparam>
    /// <typeparam name="TBody">The form of the body.</typeparam>
    /// <typeparam name="TAnswer">What the scheduler's log keeps of it.</typeparam>
    public static IEndpointConventionBuilder MapScheduled<TService, TBody, TAnswer>(
        this IEndpointRouteBuilder routes, string path, JsonTypeInfo<TBody> bodyJson, JsonTypeInfo<TAnswer> answerJson, Func<TService, TBody, HttpContext, Task<TAnswer>> handle)
        where TService : notnull where TBody : class =>
        routes.MapPost(path, (RequestDelegate)(async context =>
        {
            await VerifyAsync(context);
            var body = (await RequestBody.BindAsync(context))!.Json(bodyJson) ?? throw ApiException.BadRequest("Missing body: it says what is to be done");
            var answer = await handle(context.RequestServices.GetRequiredService<TService>(), body, context);
            await context.Response.WriteAsJsonAsync(answer, answerJson, cancellationToken: context.RequestAborted);
        }));

    // First of all, so that a stranger learns nothing of what is wrong with a request.
    private static Task VerifyAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<ServiceCallerVerifier>().VerifyAsync(context.Request, context.RequestAborted);

    private static TBody Parse<TBody>(ReadOnlyMemory<byte> body, JsonTypeInfo<TBody> json) where TBody : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, json) ?? throw new PoisonMessageException("The body is null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new PoisonMessageException($"The body is not of the form that the function takes: {e.Message}", e);
        }
    }

    /// <summary>One request of the queue.</summary>
    private sealed partial class TaskRun(HttpContext context, Queue queue)
    {
        private readonly ILogger logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Spotify.Web.Tasks");
        private readonly string name = context.Request.Headers[TaskNameHeader].ToString();
        private readonly int retries =
            int.TryParse(context.Request.Headers[RetryCountHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

        public async Task RunAsync(Func<ReadOnlyMemory<byte>, CancellationToken, Task> handle)
        {
            var body = await ReadAsync();
            if (retries >= queue.MaxAttempts)
            {
                // The instance died at the last attempt, or could not tell of it.
                await BuryAsync(body, $"It was tried {queue.MaxAttempts} times, and the last is not known to have ended.");
                return;
            }

            var time = context.RequestServices.GetRequiredService<TimeProvider>();
            using var deadline = new CancellationTokenSource(queue.Deadline, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
            try
            {
                await handle(body, either.Token);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            catch (PoisonMessageException e)
            {
                await BuryAsync(body, e.Message);
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody waits for the answer: the queue counts it as a failure.
                throw;
            }
            catch (Exception e)
            {
                var reason = deadline.IsCancellationRequested ? $"It took longer than {queue.Deadline}." : $"{e.GetType().Name}: {e.Message}";
                if (retries + 1 >= queue.MaxAttempts)
                {
                    await BuryAsync(body, reason);
                    return;
                }

                LogFailure(e, queue.Name, name, retries + 1);
                await ErrorHandling.WriteAsync(context, StatusCodes.Status500InternalServerError, "The task failed");
            }
        }

        private async Task<ReadOnlyMemory<byte>> ReadAsync()
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            return buffer.ToArray();
        }

        private async Task BuryAsync(ReadOnlyMemory<byte> body, string reason)
        {
            var bus = context.RequestServices.GetRequiredService<IMessageBus>();
            await bus.PublishAsync(Topic.DeadLetters, [DeadLetter.Of(new Message(body) { Id = name }, queue.Name, reason)], context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }

        [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Name} of {Queue} failed at attempt {Attempt}; it comes again.")]
        private partial void LogFailure(Exception cause, string queue, string name, int attempt);
    }
}
