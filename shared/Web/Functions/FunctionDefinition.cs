using Spotify.Domain.Ports;
using Spotify.Web.Messages;
using Spotify.Web.PersonalData;

namespace Spotify.Web.Functions;

/// <summary>
/// The description of a function, kept in the function's folder. The one-machine host, the Google entry points and Pulumi all read it.
/// </summary>
/// <param name="Name">
/// The name in kebab case. In Pascal case (<see cref="EntryPoint"/>) it names the entry point in <c>infra/google</c>.
/// </param>
/// <param name="Caller">The caller of the function.</param>
public sealed record FunctionDefinition(string Name, Caller Caller)
{
    private readonly MessageConsumer? consumer;
    private readonly Queue? queue;

    /// <summary>Registers the services of the function. May be called on a collection that has services of other functions.</summary>
    public Action<IServiceCollection> AddServices { get; init; } = _ => { };

    /// <summary>Maps the endpoints of the function.</summary>
    public Action<IEndpointRouteBuilder> MapRoutes { get; init; } = _ => { };

    /// <summary>The resources that the function uses.</summary>
    public Resources Uses { get; init; } = new();

    /// <summary>
    /// The maximum duration of a call, which is also the deadline of the request, the subscription, the queue and the scheduler job.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The message consumer and its subscription, if <see cref="Caller"/> is <see cref="Caller.Subscription"/>.</summary>
    public MessageConsumer? Consumer
    {
        get => consumer?.WithDeadline(Timeout);
        init => consumer = value;
    }

    /// <summary>The queue whose tasks the function handles, if <see cref="Caller"/> is <see cref="Caller.Tasks"/>.</summary>
    public Queue? Queue
    {
        get => queue is null ? null : queue with { Deadline = Timeout };
        init => queue = value;
    }

    /// <summary>The recurring calls of the function, if <see cref="Caller"/> is <see cref="Caller.Scheduler"/>.</summary>
    public IReadOnlyList<Schedule> Schedules { get; init; } = [];

    /// <summary>The rows with users' ids that the function is responsible for: they are exported, and erased with the account.</summary>
    public IReadOnlyList<PersonalRows> PersonalData { get; init; } = [];

    /// <summary>
    /// The documents of users that the function is responsible for: they are exported, and deleted with the account.
    /// </summary>
    public IReadOnlyList<PersonalDocuments> PersonalDocuments { get; init; } = [];

    /// <summary>Whether the function runs in every region. Functions behind the load balancer always do.</summary>
    public bool InEveryRegion { get; init; }

    /// <summary>Whether the CDN caches responses, for as long as their headers allow.</summary>
    public bool CachedByCdn { get; init; }

    /// <summary>
    /// Whether the function imports uploads. The one-machine home has no upload bucket: its <c>import</c> command takes the place of these
    /// functions.
    /// </summary>
    public bool ImportsUploads => Uses.Uploads != Access.None || Subscription?.Topic == Topic.Uploads;

    /// <summary>Whether listeners sign in at the function, which then limits attempts by the address of the client.</summary>
    public bool SignsListenersIn => Caller == Caller.Listeners && Uses.SignIn != Access.None;

    /// <summary>The name of the entry point class.</summary>
    public string EntryPoint => string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The subscription of <see cref="Consumer"/>, with the deadline of the function.</summary>
    public Subscription? Subscription => Consumer?.Subscription;

    /// <summary>
    /// The topics that the function publishes to: those of <see cref="Resources.Publishes"/>, and the dead letters of the tasks or messages
    /// that it handles. Dead letters themselves have no further topic.
    /// </summary>
    public IReadOnlyList<Topic> Publishes =>
        queue is not null || (consumer is not null && consumer.Subscription.Topic != Topic.DeadLetters)
            ? [.. Uses.Publishes.Append(Topic.DeadLetters).Distinct()]
            : Uses.Publishes;

    /// <summary>Returns the attempts, deadline and backoff of a scheduled call.</summary>
    public DeliveryPolicy PolicyOf(Schedule schedule) => new()
    {
        Source = schedule.Name,
        Deadline = Timeout,
        Timeout = Timeout,
        MinBackoff = TimeSpan.FromSeconds(10),
        MaxBackoff = TimeSpan.FromMinutes(2),
        MaxAttempts = 4,
    };
}
