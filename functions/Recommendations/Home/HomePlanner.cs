using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Functions.Recommendations.Home;

/// <summary>
/// A planner of the home pages of listeners. Asks all sources at the same time, and leaves out those that fail or take too long. Plans are
/// cached for a short time.
/// </summary>
internal sealed partial class HomePlanner(
    IEnumerable<IShelfSource> sources,
    HistoryReader histories,
    IOptions<HomeOptions> options,
    TimeProvider time,
    ILogger<HomePlanner> logger) : IDisposable
{
    /// <summary>The longest time that a source may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // For incomplete plans.
    private static readonly TimeSpan IncompleteLifetime = TimeSpan.FromSeconds(5);

    // About 40 MB: each item takes some 150 bytes.
    private const int MaxCachedItems = 250_000;

    private readonly IShelfSource[] sources = [.. sources];
    private readonly Scopes relevant = sources.Aggregate(Scopes.None, (scopes, source) => scopes | source.Scopes);
    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCachedItems });

    /// <summary>Returns the plan of a viewer's home page.</summary>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async Task<HomePlan> PlanAsync(Viewer viewer, CancellationToken ct)
    {
        if (options.Value.Cache == TimeSpan.Zero) return await NewPlanAsync(viewer);
        var caller = viewer.Caller;
        var key = (caller.UserId, viewer.Market, viewer.ExplicitFilter, caller.Scopes & relevant);
        if (cache.TryGetValue(key, out HomePlan? known)) return known!;
        var plan = await NewPlanAsync(viewer).WaitAsync(ct);
        return cache.Set(key, plan, new MemoryCacheEntryOptions
        {
            Size = 1 + plan.Excluded.Count + plan.Shelves.Sum(shelf => shelf.Items.Count),
            AbsoluteExpirationRelativeToNow =
                plan.IsComplete || options.Value.Cache < IncompleteLifetime ? options.Value.Cache : IncompleteLifetime,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private async Task<HomePlan> NewPlanAsync(Viewer viewer)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        var (caller, history) = (viewer.Caller, HistoryAsync(viewer.Caller.UserId, timeout.Token));
        var request = new ShelfRequest(
            viewer, () => caller.Scopes.HasFlag(Scopes.UserTopRead) ? history : Task.FromResult<ListenerHistory?>(null));
        var answers = await Task.WhenAll(sources
            .Where(source => source.Scopes == Scopes.None || (caller.UserId is not null && caller.Scopes.HasFlag(source.Scopes)))
            .Select(source => OrNullAsync(source, request, timeout.Token)));
        return new HomePlan(
            [.. answers.SelectMany(shelves => shelves ?? [])], ExcludedBy(await history),
            !request.IsIncomplete && answers.All(shelves => shelves is not null));
    }

    private async Task<IReadOnlyList<PlannedShelf>?> OrNullAsync(IShelfSource source, ShelfRequest request, CancellationToken ct)
    {
        try
        {
            return await source.PlanAsync(request, ct).WaitAsync(ct);
        }
        catch (Exception e)
        {
            LogFailed(e, source.GetType().Name);
            return null;
        }
    }

    // Without a history, the page is that of a new listener.
    private async Task<ListenerHistory?> HistoryAsync(string? userId, CancellationToken ct)
    {
        if (userId is null) return null;
        try
        {
            return (await histories.ReadAsync([userId], ct).WaitAsync(ct)).FirstOrDefault();
        }
        catch (Exception e)
        {
            LogFailed(e, nameof(HistoryReader));
            return null;
        }
    }

    private static HashSet<string> ExcludedBy(ListenerHistory? history) =>
        history is null ? [] :
        [
            .. Uris(EntityType.Track, history.Input.ExcludedTracks),
            .. Uris(EntityType.Artist, history.Input.ExcludedArtists),
            .. Uris(EntityType.Album, history.Input.ExcludedAlbums),
        ];

    private static IEnumerable<string> Uris(EntityType type, ReadOnlyMemory<UInt128> ids) =>
        ids.ToArray().Select(id => new SpotifyUri(type, SpotifyId.Format(id)).ToString());

    [LoggerMessage(Level = LogLevel.Error, Message = "The home page is without the shelves of {Source}.")]
    private partial void LogFailed(Exception cause, string source);
}
