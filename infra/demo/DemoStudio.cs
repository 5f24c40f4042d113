using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Catalog.Contexts;
using Spotify.Demo.Covers;
using Spotify.Demo.Flac;
using Spotify.Demo.Music;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Playback;
using Spotify.Web.Identity;

namespace Spotify.Demo;

/// <summary>A generator of the demo catalog's recordings and covers when they are first requested, without any external tool.</summary>
internal sealed partial class DemoStudio(
    IDatabase database, IObjectStore objects, DemoCatalog catalog, PlaybackContext contexts, ILogger<DemoStudio> logger) : IAsyncDisposable
{
    // The synthesizer aims at -14 LUFS and peaks of -1 dB; ReplayGain 2.0 brings everything to -18 LUFS.
    private const double GainDb = -4;
    private const double PeakDb = -1;

    // Part of every revision: a new version makes the host record everything again.
    private const string Version = "1";

    private static readonly Table Playables = Schema.Current.Table("Playables");

    // Rendering a movement uses a core for some tenths of a second and tens of megabytes of memory, so rendering is limited to half of the
    // cores. Each movement of a long recording is rendered separately, so that other recordings are not delayed.
    private readonly SemaphoreSlim turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly SemaphoreSlim painting = new(1);

    private readonly ConcurrentDictionary<string, Lazy<Task>> tasks = new(StringComparer.Ordinal);

    /// <summary>Waits until a playable has audio. Completes immediately if it is not in the demo catalog.</summary>
    public Task EnsureAudioAsync(string playableId) => EnsureAsync(
        playableId, contents => contents.Pieces.TryGetValue(playableId, out var compose) ? () => RecordAsync(playableId, compose) : null);

    /// <summary>Waits until an image exists in every size. Completes immediately if it is not in the demo catalog.</summary>
    public Task EnsureCoverAsync(string imageId) => EnsureAsync(
        imageId, contents => contents.Covers.TryGetValue(imageId, out var cover) ? () => PaintAsync(imageId, cover) : null);

    /// <summary>Records the playables that follow one in a context, so that they are ready in time. Does not throw.</summary>
    public async Task PrepareNextAsync(string playableId, PlaybackPlace place, Caller caller)
    {
        try
        {
            await EnsureAudioAsync(playableId);
            if (await database.ReadAsync(Playables, new Key(playableId), null, CancellationToken.None) is not { } current) return;
            var item = PlaybackItem.FromRow(current);
            var listener = new ContextListener(caller.UserId ?? "", caller.Country ?? "", ExplicitFilter: false, MayReadPrivate: true);
            await foreach (var next in contexts.NextAsync(place, item, listener, CancellationToken.None).Take(PlaybackPlace.MaxNext))
                await EnsureAudioAsync(next.Uri.Id);
        }
        catch (Exception e)
        {
            LogNotPrepared(playableId, e);
        }
    }

    /// <summary>Waits until the recordings and covers in progress are finished.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(tasks.Values.Select(task => task.Value)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task EnsureAsync(string id, Func<DemoContents, Func<Task>?> find)
    {
        if (tasks.TryGetValue(id, out var known)) return known.Value;
        var contents = catalog.ContentsAsync();
        return contents.IsCompletedSuccessfully ? Ensure(contents.Result) : AwaitAsync();

        async Task AwaitAsync() => await Ensure(await contents);

        // Ids outside the demo catalog are not kept, because clients may send any number of them.
        Task Ensure(DemoContents? contents) => contents is not null && find(contents) is { } create
            ? tasks.GetOrAdd(id, _ => new Lazy<Task>(() => Task.Run(() => CreateAsync(id, create)))).Value
            : Task.CompletedTask;
    }

    private async Task CreateAsync(string id, Func<Task> create)
    {
        try
        {
            await create();
        }
        catch
        {
            // The next request tries again.
            tasks.TryRemove(id, out _);
            throw;
        }
    }

    private async Task RecordAsync(string id, Func<IReadOnlyList<Composition>> compose)
    {
        var row = await database.ReadAsync(Playables, new Key(id), null, CancellationToken.None);
        if (row is null || !row.IsNull("Revision")) return;

        var movements = compose();
        var seconds = (int)movements.Sum(movement => movement.Duration.TotalSeconds) + 1;
        var samples = new List<short>(seconds * Synthesizer.SampleRate * 2);
        foreach (var movement in movements) samples.AddRange(await InTurnAsync(turns, () => Synthesizer.Render(movement)));
        using var flac = new MemoryStream();
        var index = await InTurnAsync(turns, () =>
        {
            FlacEncoder.Encode(flac, CollectionsMarshal.AsSpan(samples), channels: 2);
            flac.Position = 0;
            return FlacIndex.Read(flac);
        });
        var bitrate = (int)(flac.Length * 8.0 / index.Duration.ToTimeSpan().TotalMilliseconds);
        var encoding = new AudioEncoding(Codec.NativeFlac, AudioQuality.Lossless, bitrate, flac.Length, index.Index.Samples);

        var revision = SpotifyId.FromName($"demo:revision:{Version}:{id}");
        var name = $"{row.String("Type")}s/{id}/{revision}/{encoding.FileName}";
        flac.Position = 0;
        await objects.WriteAsync(name, flac, new WriteOptions(encoding.Codec.ContentType, Immutable: true), CancellationToken.None);
        using var seekIndex = new MemoryStream(index.Index.ToJson());
        var indexOptions = new WriteOptions("application/json", Immutable: true);
        await objects.WriteAsync(name + ".seek.json", seekIndex, indexOptions, CancellationToken.None);
        await database.CommitAsync(
            [
                CatalogWriter.WriteAudio(id, revision, EncodingList.Format([encoding]), GainDb, PeakDb),
                CatalogWriter.WriteAlbumLoudness(id, GainDb, PeakDb),
            ],
            CancellationToken.None);
    }

    private async Task PaintAsync(string imageId, (ulong Seed, Genre Genre) cover)
    {
        foreach (var size in ImageNames.Sizes)
        {
            var name = ImageNames.Of(imageId, size);
            if (await objects.FindAsync(name, CancellationToken.None) is not null) continue;
            using var picture = new MemoryStream(await InTurnAsync(painting, () => CoverPainter.Paint(cover.Seed, cover.Genre, size)));
            await objects.WriteAsync(name, picture, new WriteOptions("image/jpeg", Immutable: true), CancellationToken.None);
        }
    }

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim turns, Func<T> work)
    {
        await turns.WaitAsync();
        try
        {
            return work();
        }
        finally
        {
            turns.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The items after {Id} could not be recorded in advance.")]
    private partial void LogNotPrepared(string id, Exception cause);
}
