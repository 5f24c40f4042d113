using Spotify.Domain.Ports;
using Spotify.Functions.SearchTerms;
using Spotify.Search.Terms;

namespace Spotify.Functions.SearchDictionary;

/// <summary>
/// The builds of the term dictionary. A small dictionary is built again every hour and a large one every day, because terms that are not in
/// it yet are only found as they are spelled.
/// </summary>
public sealed class SearchDictionaryBuilds(IDatabase database, IObjectStore store, ITaskQueue tasks, TimeProvider time)
{
    /// <summary>The time between builds of a dictionary of <see cref="DocumentsOfADay"/> or more documents.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromHours(23);

    /// <summary>The number of documents from which on a dictionary is built once a day.</summary>
    public const int DocumentsOfADay = 1_000_000;

    /// <summary>The time after which the objects of a build that is not in use are deleted.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(2);

    // After that time a build is considered to have failed.
    private static readonly TimeSpan LongestBuild = TimeSpan.FromHours(6);

    /// <summary>
    /// Begins a build unless one is running, the last one is recent, or the documents have not changed. Deletes the objects of old builds
    /// if a build begins, and in the first hour of a day.
    /// </summary>
    /// <returns>The build, null for none, and the number of deleted objects.</returns>
    public async Task<(string? Build, int Removed)> RunAsync(CancellationToken ct)
    {
        var build = await BeginIfDueAsync(ct);
        return (build, build is not null || time.GetUtcNow().Hour == 0 ? await RemoveOldAsync(ct) : 0);
    }

    /// <summary>Begins a build unless one is running, the last one is recent, or the documents have not changed.</summary>
    /// <returns>The build; null for none.</returns>
    public async Task<string?> BeginIfDueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var current = await DictionaryPointer.ReadAsync(store, ct);
        if (current is not null && now - current.StartedAt < Interval(current.Documents)) return null;
        // A call that is repeated within the hour has the same build, whose tasks are added once.
        var start = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        if (start <= current?.StartedAt) return null;
        // Large catalogs change every day, so they are not scanned for this.
        if (current is { Fingerprint: { } last, Documents: < DocumentsOfADay }
            && last == await DocumentTerms.FingerprintAsync(database, ct)) return null;
        var running = await BuildsAsync(DictionaryObjects.Runs, ct)
            .AnyAsync(build => string.CompareOrdinal(build.Name, current?.Build) > 0 && now - build.StartedAt < LongestBuild, ct);
        return running ? null : await BeginAsync(start, ct);
    }

    /// <summary>Begins a build now, for documents that have changed much.</summary>
    /// <returns>The build.</returns>
    public Task<string> BeginAsync(CancellationToken ct) => BeginAsync(time.GetUtcNow(), ct);

    private async Task<int> RemoveOldAsync(CancellationToken ct)
    {
        var (now, current, removed) = (time.GetUtcNow(), await DictionaryPointer.ReadAsync(store, ct), 0);
        foreach (var prefix in (string[])[DictionaryObjects.Dictionaries, DictionaryObjects.Runs])
        {
            await foreach (var build in BuildsAsync(prefix, ct))
            {
                if (build.Name == current?.Build || now - build.StartedAt < Retention) continue;
                await store.DeleteAsync(build.Object, ct);
                removed++;
            }
        }

        return removed;
    }

    private async Task<string> BeginAsync(DateTimeOffset start, CancellationToken ct)
    {
        var build = DictionaryObjects.BuildAt(start);
        var shards = await DocumentTerms.ShardsAsync(database, ct);
        var fingerprint = shards == 1 ? await DocumentTerms.FingerprintAsync(database, ct) : null;
        var requests = Enumerable.Range(0, shards)
            .Select(shard => new SearchTermsTask(build, shards, shard) { Fingerprint = fingerprint }.ToRequest());
        await tasks.EnqueueAsync(SearchTermsFunction.Definition.Queue!, [.. requests], ct);
        return build;
    }

    private static TimeSpan Interval(long documents) => LongestInterval * Math.Min(1, documents / (double)DocumentsOfADay);

    private IAsyncEnumerable<(string Object, string Name, DateTimeOffset StartedAt)> BuildsAsync(string prefix, CancellationToken ct) =>
        from found in store.ListAsync(prefix, ct)
        let build = DictionaryObjects.BuildOf(found.Name)
        where build is not null
        select (found.Name, build, DictionaryObjects.StartOf(build)!.Value);
}
