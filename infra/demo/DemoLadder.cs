using System.Diagnostics;
using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain;
using Spotify.Ffmpeg;
using Spotify.Functions.Ingest;

namespace Spotify.Demo;

/// <summary>
/// Gives the demo catalog the whole quality ladder where ffmpeg is installed: in the background, the most popular first, one after
/// another and after whatever else the machine has to do. Killed at any point, it goes on where it was at the next start.
/// </summary>
internal sealed partial class DemoLadder(
    IDatabase database,
    IObjectStore store,
    DemoCatalog catalog,
    DemoStudio studio,
    IOptions<DemoOptions> options,
    ILogger<DemoLadder> logger)
    : BackgroundService
{
    private static readonly Statement MostPopular = new("SELECT PlayableId FROM Playables ORDER BY Popularity DESC, PlayableId");

    private static readonly Table Playables = Schema.Current.Table("Playables");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!options.Value.EncodesLadder || FfmpegTools.Find() is not { } tools || await catalog.ContentsAsync() is not { } contents) return;
        var encoder = new FfmpegEncoder(tools, ProcessPriorityClass.BelowNormal);
        try
        {
            var ids = await database.QueryAsync(MostPopular, Parameters.None, null, stoppingToken).Select(row => row.String("PlayableId")).ToListAsync(stoppingToken);
            foreach (var id in ids.Where(contents.Compositions.ContainsKey)) await EncodeAsync(encoder, id, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // The music plays as it is; the next start tries again.
            LogStopped(e);
        }
    }

    private async Task EncodeAsync(IMediaEncoder encoder, string id, CancellationToken ct)
    {
        await studio.EnsureAudioAsync(id);
        var row = await database.ReadAsync(Playables, new Key(id), ct);
        if (row?.StringOrNull("Encodings") is not { } text || EncodingList.Parse(text) is not [{ Codec: Codec.Flac } recording]) return;

        var prefix = $"{row.String("Type")}s/{id}/{row.String("Revision")}/";
        var directory = Directory.CreateDirectory(Path.Combine(options.Value.WorkDirectory, id)).FullName;
        try
        {
            var path = Path.Combine(directory, "source.flac");
            await using (var content = await store.OpenReadAsync(prefix + recording.FileName, range: null, ct))
            await using (var copy = File.Create(path))
                await content.CopyToAsync(copy, ct);
            var source = await encoder.ProbeAsync(path, ct);
            Rung[] rungs = [.. source.Rungs.Where(rung => rung.Codec != Codec.Flac)];
            var decoded = await encoder.EncodeAsync(path, source, rungs, directory, ct);
            var encodings = await EncodedAudio.Read(rungs, directory, decoded.Duration.TotalMilliseconds, ct).StoreAsync(store, prefix, ct);
            await database.CommitAsync(
                [CatalogWriter.WriteAudio(id, row.String("Revision"), EncodingList.Format([.. encodings, recording]), decoded.GainDb, decoded.TruePeakDb)], ct);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The demo's music could not be encoded; it plays as FLAC.")]
    private partial void LogStopped(Exception cause);
}
