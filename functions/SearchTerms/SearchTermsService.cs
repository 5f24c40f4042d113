using System.Buffers;
using System.Runtime.InteropServices;
using Spotify.Domain.Ports;
using Spotify.Search.Terms;

namespace Spotify.Functions.SearchTerms;

/// <summary>
/// A service that builds the term dictionary of search. Each shard of documents becomes an object of counted terms; when all are there,
/// they are merged into the dictionary. An object that exists is not made again, so that a build continues where it was interrupted.
/// </summary>
public sealed class SearchTermsService(IDatabase database, IObjectStore store, ITaskQueue tasks)
{
    private const string MediaType = "application/octet-stream";

    /// <summary>Handles a task. Repetitions change nothing.</summary>
    /// <exception cref="PoisonMessageException">The task is invalid.</exception>
    public async Task HandleAsync(SearchTermsTask task, CancellationToken ct)
    {
        if (task.Shards is < 1 or > DocumentTerms.MaxShards || task.Shard < 0 || task.Shard >= task.Shards
            || DictionaryObjects.StartOf(task.Build) is null)
            throw new PoisonMessageException("The build or the shard is invalid.");
        // The build is done, or a later one is.
        if (await IsOutdatedAsync(task.Build, ct)) return;

        if (task.Shard is not { } shard)
        {
            await MergeAsync(task, ct);
            return;
        }

        await CountAsync(task.Build, shard, task.Shards, ct);
        if ((await RunsAsync(task.Build, ct)).Count == task.Shards)
            await tasks.EnqueueAsync(SearchTermsFunction.Definition.Queue!, [(task with { Shard = null }).ToRequest()], ct);
    }

    private async Task<bool> IsOutdatedAsync(string build, CancellationToken ct) =>
        await DictionaryPointer.ReadAsync(store, ct) is { } current && string.CompareOrdinal(current.Build, build) >= 0;

    private ValueTask<List<string>> RunsAsync(string build, CancellationToken ct) =>
        store.ListAsync(DictionaryObjects.RunsOf(build), ct).Select(run => run.Name).ToListAsync(ct);

    private async Task CountAsync(string build, int shard, int shards, CancellationToken ct)
    {
        var name = FormattableString.Invariant($"{DictionaryObjects.RunsOf(build)}{shard:00}");
        if (await store.FindAsync(name, ct) is not null) return;
        var counter = new TermCounter();
        await foreach (var (terms, popularity) in DocumentTerms.ReadAsync(database, shard, shards, ct)) counter.Add(terms, popularity);
        var run = new ArrayBufferWriter<byte>();
        await counter.WriteAsync(run, ct);
        await WriteAsync(name, run.WrittenMemory, ct);
    }

    private async Task MergeAsync(SearchTermsTask task, CancellationToken ct)
    {
        var runs = await RunsAsync(task.Build, ct);
        // A later build has removed them.
        if (runs.Count != task.Shards) return;
        var file = await TermDictionaryBuilder.BuildAsync(() => OpenAsync(runs, ct), ct);
        var dictionary = TermDictionary.Open(file);
        await WriteAsync(DictionaryObjects.Dictionary(task.Build), file, ct);
        var pointer = new DictionaryPointer(task.Build, dictionary.Documents) { Fingerprint = task.Fingerprint };
        if (!await IsOutdatedAsync(task.Build, ct)) await pointer.WriteAsync(store, ct);
        foreach (var run in runs) await store.DeleteAsync(run, ct);
    }

    private async Task<IReadOnlyList<TermRunReader>> OpenAsync(IReadOnlyList<string> runs, CancellationToken ct)
    {
        var opened = new List<TermRunReader>();
        foreach (var run in runs) opened.Add(new TermRunReader(await store.OpenReadAsync(run, null, ct)));
        return opened;
    }

    private async Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        MemoryMarshal.TryGetArray(content, out var array);
        using var stream = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        await store.WriteAsync(name, stream, new WriteOptions(MediaType), ct);
    }
}
