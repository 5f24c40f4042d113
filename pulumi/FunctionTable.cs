using System.Collections.Immutable;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Functions.Catalog;
using Spotify.Functions.DeadLetters;
using Spotify.Functions.Ingest;
using Spotify.Functions.Library;
using Spotify.Functions.Playback;
using Spotify.Functions.CdnWarming;
using Spotify.Functions.Playlists;
using Spotify.Functions.Search;

namespace Spotify.Cloud;

/// <summary>What may be done with something.</summary>
internal enum Access
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It may be read.</summary>
    Read,

    /// <summary>It may be read, written and removed.</summary>
    Write,
}

/// <summary>Who calls a function, and so what it takes to call it.</summary>
internal enum Caller
{
    /// <summary>Listeners' apps, by the load balancer alone: it checks access tokens itself.</summary>
    Listeners,

    /// <summary>Anyone, by the load balancer alone: what it answers is for all.</summary>
    Anyone,

    /// <summary>Cloud Scheduler.</summary>
    Scheduler,

    /// <summary>Cloud Tasks.</summary>
    Tasks,

    /// <summary>A Pub/Sub subscription.</summary>
    Subscription,

    /// <summary>Eventarc, when an object arrives in the upload bucket.</summary>
    Uploads,
}

/// <summary>What a function's adapters need: the settings they read and the roles they are given follow from it, and nothing else is granted.</summary>
internal sealed record Needs
{
    /// <summary>The database.</summary>
    public Access Database { get; init; }

    /// <summary>Objects, by the first segment of their names.</summary>
    public ImmutableSortedDictionary<string, Access> Objects { get; init; } = ImmutableSortedDictionary<string, Access>.Empty;

    /// <summary>Topics it publishes to.</summary>
    public ImmutableArray<Topic> Publishes { get; init; } = [];

    /// <summary>Queues it adds tasks to.</summary>
    public ImmutableArray<Queue> Enqueues { get; init; } = [];

    /// <summary>The keys that sign audio URLs, and the CDN they are for.</summary>
    public bool SigningKeys { get; init; }

    /// <summary>Several kinds of objects, with the same access.</summary>
    public static ImmutableSortedDictionary<string, Access> To(Access access, params IEnumerable<string> segments) =>
        segments.ToImmutableSortedDictionary(segment => segment, _ => access);
}

/// <summary>One function: a row of the table.</summary>
/// <param name="Name">Its name, and its folder's.</param>
/// <param name="EntryPoint">The class of <c>infra/google</c> that is its entry point, by name.</param>
/// <param name="Caller">Who calls it.</param>
/// <param name="Needs">What it needs.</param>
internal sealed record FunctionRow(string Name, string EntryPoint, Caller Caller, Needs Needs)
{
    /// <summary>What it adds to a host; with <see cref="Map"/> it tells the routes.</summary>
    public Action<IServiceCollection> Add { get; init; } = _ => { };

    /// <summary>What it maps.</summary>
    public Action<IEndpointRouteBuilder> Map { get; init; } = _ => { };

    /// <summary>How it receives the messages of a topic, if a subscription calls it.</summary>
    public Subscription? Subscription { get; init; }

    /// <summary>Whether it is behind the load balancer, which has no identity to be recognised by: all may call it, from there alone.</summary>
    public bool IsPublic => Caller is Caller.Listeners or Caller.Anyone;

    /// <summary>Whether it is in every region; those behind the load balancer always are, others are at home unless this says so.</summary>
    public bool IsEverywhere { get; init; }

    /// <summary>Whether the CDN keeps its answers, as long as they say.</summary>
    public bool IsCached { get; init; }

    /// <summary>Topics it publishes to: those of its own, and for what it cannot handle the dead letters.</summary>
    public IEnumerable<Topic> Publishes =>
        Caller == Caller.Tasks || (Subscription is { } subscription && subscription.Topic != Topic.DeadLetters) ? Needs.Publishes.Append(Topic.DeadLetters).Distinct() : Needs.Publishes;

    /// <summary>Memory of an instance.</summary>
    public string Memory { get; init; } = "512Mi";

    /// <summary>Cores of an instance. While it starts it has more: Google gives that boost to every function, there is nothing to set.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>How many requests an instance serves at once.</summary>
    public int Concurrency { get; init; } = 80;

    /// <summary>How many instances stand ready in each region; a release raises it.</summary>
    public int MinInstances { get; init; }

    /// <summary>How many there may be in each region, if the project's quota allows it.</summary>
    public int MaxInstances { get; init; } = 100;

    /// <summary>How long a request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Its routes, as templates.</summary>
    public IReadOnlyList<string> Routes => RouteTable.Of(Add, Map);
}

/// <summary>Every function there is. Another one is another row.</summary>
internal static class FunctionTable
{
    private static readonly FunctionRow[] Rows =
    [
        new("catalog", "Catalog", Caller.Listeners, new Needs { Database = Access.Read })
        {
            Add = services => services.AddCatalog(), Map = routes => routes.MapCatalog(),
        },
        new("images", "Images", Caller.Anyone, new Needs { Objects = Needs.To(Access.Read, "images") })
        {
            Add = services => services.AddImages(), Map = routes => routes.MapImages(), IsCached = true,
        },
        new("library", "Library", Caller.Listeners, new Needs { Database = Access.Write })
        {
            Add = services => services.AddLibrary(), Map = routes => routes.MapLibrary(),
        },
        // One core answers far more of these than it does of others: fewer instances, which stay warm.
        new("playback", "Playback", Caller.Listeners, new Needs { Database = Access.Read, SigningKeys = true })
        {
            Add = services => services.AddPlayback(), Map = routes => routes.MapPlayback(), Cores = 2, Concurrency = 200, MaxInstances = 1000, Timeout = TimeSpan.FromSeconds(5),
        },
        new("playlists", "Playlists", Caller.Listeners, new Needs { Database = Access.Write, Objects = Needs.To(Access.Write, "images") })
        {
            Add = services => services.AddPlaylists(), Map = routes => routes.MapPlaylists(),
        },
        new("search", "Search", Caller.Listeners, new Needs { Database = Access.Read })
        {
            Add = services => services.AddSearch(), Map = routes => routes.MapSearch(),
        },
        new("object-removals", "ObjectRemovals", Caller.Scheduler, new Needs { Database = Access.Write, Objects = Needs.To(Access.Write, "tracks") })
        {
            Add = services => services.AddObjectRemovals(), Map = routes => routes.MapObjectRemovals(), Concurrency = 1, MaxInstances = 1, Timeout = TimeSpan.FromMinutes(9),
        },
        new("cdn-warming", "CdnWarming", Caller.Scheduler, new Needs { Database = Access.Read, SigningKeys = true })
        {
            Add = services => services.AddCdnWarming(), Map = routes => routes.MapCdnWarming(), IsEverywhere = true, Concurrency = 1, MaxInstances = 1, Timeout = TimeSpan.FromMinutes(9),
        },
        new("dead-letters", "DeadLetters", Caller.Subscription, new Needs { Objects = Needs.To(Access.Write, "deadletters") })
        {
            Subscription = DeadLetterArchive.Subscription, MaxInstances = 3, Timeout = DeadLetterArchive.Subscription.AckDeadline,
        },
    ];

    /// <summary>The functions.</summary>
    public static IReadOnlyList<FunctionRow> All => Rows;

    /// <summary>The function that does the tasks of a queue.</summary>
    public static FunctionRow Of(Queue queue) => Rows.Single(row => row.Caller == Caller.Tasks && row.Routes.Contains(queue.Path));

    /// <summary>The import of what arrives in the upload bucket: a container, because it needs ffmpeg. Encoding a track takes all of its cores.</summary>
    public static FunctionRow AudioIngest { get; } = new(
        "audio-ingest", "AudioIngest", Caller.Uploads,
        new Needs { Database = Access.Write, Objects = Needs.To(Access.Write, "images", "tracks") })
    {
        Memory = "4Gi", Cores = 4, Concurrency = 1, MaxInstances = 50, Timeout = TimeSpan.FromMinutes(10),
    };
}
