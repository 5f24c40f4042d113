using System.Collections.Concurrent;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Demo.Flac;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Playback;
using Spotify.Demo.Music;

namespace Spotify.Demo;

/// <summary>
/// Makes the sound and the pictures of the demo catalog when they are first asked for: recordings are composed, synthesised and
/// written as FLAC, covers painted, with no tool but this program.
/// </summary>
public sealed partial class DemoStudio(
    IDatabase database, IObjectStore objects, DemoCatalog catalog, PlaybackContext contexts, ILogger<DemoStudio> logger) : IAsyncDisposable
{
    // The synthesizer aims at -14 LUFS; ReplayGain 2.0 brings everything to -18.
    private const double GainDb = -4;

    // As many as an answer tells of.
    private const int NextCount = 3;

    // Part of every revision: another number makes all audio anew.
    private const string Version = "1";

    private static readonly Table Playables = Schema.Current.Table("Playables");

    // Making a recording takes a core for some tenths of a second and tens of megabytes: however many are asked for, the rest of the
    // host goes on. Covers do not wait for recordings.
    private readonly SemaphoreSlim recording = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly SemaphoreSlim painting = new(1);

    private readonly ConcurrentDictionary<string, Lazy<Task>> made = new(StringComparer.Ordinal);

    /// <summary>Completes when there is audio of a playable; at once if it is not the demo's.</summary>
    public Task EnsureAudioAsync(string playableId) => EnsureAsync(
        playableId, contents => contents.Compositions.TryGetValue(playableId, out var compose) ? () => RecordAsync(playableId, compose) : null, recording);

    /// <summary>Completes when there is a picture, in every size; at once if it is not the demo's.</summary>
    public Task EnsureCoverAsync(string imageId) => EnsureAsync(
        imageId, contents => contents.Covers.TryGetValue(imageId, out var cover) ? () => PaintAsync(imageId, cover) : null, painting);

    /// <summary>Makes the audio of what comes after a playable in a context, so that it is there when the listener gets to it. Never fails.</summary>
    public async Task PrepareNextAsync(string playableId, SpotifyUri context, int? offset, string? userId)
    {
        try
        {
            await EnsureAudioAsync(playableId);
            if (await database.ReadAsync(Playables, new Key(playableId), CancellationToken.None) is not { } current) return;
            var item = PlaybackItem.FromRow(current);
            await foreach (var next in contexts.NextAsync(context, offset, item, userId, market: null, NextCount, CancellationToken.None))
                await EnsureAudioAsync(next.Uri.Id);
        }
        catch (Exception e)
        {
            LogNotPrepared(context, e);
        }
    }

    /// <summary>Completes when what was begun is finished.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(made.Values.Select(making => making.Value)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task EnsureAsync(string id, Func<DemoContents, Func<Task>?> find, SemaphoreSlim places)
    {
        if (made.TryGetValue(id, out var known)) return known.Value;
        var contents = catalog.ContentsAsync();
        return contents.IsCompletedSuccessfully ? Ensure(contents.Result) : AwaitAsync();

        async Task AwaitAsync() => await Ensure(await contents);

        // Only what is the demo's is remembered, whatever ids clients think of.
        Task Ensure(DemoContents? contents) => contents is not null && find(contents) is { } make
            ? made.GetOrAdd(id, _ => new Lazy<Task>(() => MakeAsync(id, make, places))).Value
            : Task.CompletedTask;
    }

    // Away from the caller's thread: many may wait for it, and one that goes away takes nothing from the others.
    private Task MakeAsync(string id, Func<Task> make, SemaphoreSlim places) => Task.Run(async () =>
    {
        await places.WaitAsync();
        try
        {
            await make();
        }
        catch
        {
            // The next one to ask tries again.
            made.TryRemove(id, out _);
            throw;
        }
        finally
        {
            places.Release();
        }
    });

    private async Task RecordAsync(string id, Func<Composition> compose)
    {
        var row = await database.ReadAsync(Playables, new Key(id), CancellationToken.None);
        if (row is null || !row.IsNull("Revision")) return;

        using var flac = new MemoryStream();
        FlacEncoder.Encode(flac, Synthesizer.Render(compose()), channels: 2);
        flac.Position = 0;
        var index = FlacIndex.Read(flac);
        var encoding = new AudioEncoding(Codec.Flac, AudioQuality.Lossless, (int)(flac.Length * 8.0 / index.Duration.ToTimeSpan().TotalMilliseconds), flac.Length);

        var revision = SpotifyId.FromName($"demo:revision:{Version}:{id}");
        var name = $"{row.String("Type")}s/{id}/{revision}/{encoding.FileName}";
        flac.Position = 0;
        await objects.WriteAsync(name, flac, new WriteOptions(Codec.Flac.ContentType), CancellationToken.None);
        using var seekIndex = new MemoryStream(index.Index.ToJson());
        await objects.WriteAsync(name + ".seek.json", seekIndex, new WriteOptions("application/json"), CancellationToken.None);
        await database.CommitAsync([CatalogWriter.WriteAudio(id, revision, EncodingList.Format([encoding]), GainDb, peakDb: null)], CancellationToken.None);
    }

    private async Task PaintAsync(string imageId, DemoCover cover)
    {
        foreach (var size in ImageNames.Sizes)
        {
            var name = ImageNames.Of(imageId, size);
            if (await objects.FindAsync(name, CancellationToken.None) is not null) continue;
            using var picture = new MemoryStream(CoverPainter.Paint(cover.Seed, cover.Genre, size));
            await objects.WriteAsync(name, picture, new WriteOptions("image/jpeg"), CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The next of {Context} could not be made in advance.")]
    private partial void LogNotPrepared(SpotifyUri context, Exception cause);
}
