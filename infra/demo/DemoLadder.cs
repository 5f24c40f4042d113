using System.Diagnostics;
using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Functions.AudioIngest;

namespace Spotify.Demo;

/// <summary>
/// A service that encodes the demo catalog to the whole quality ladder and extracts features, if ffmpeg is installed: in the background at
/// low priority, the most popular recording first. Continues at the next start if the process ends earlier.
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
        if (!options.Value.EncodesLadder || FfmpegTools.Find() is not { } tools) return;
        if (await catalog.ContentsAsync() is not { } contents) return;
        var encoder = new FfmpegEncoder(tools, ProcessPriorityClass.BelowNormal);
        try
        {
            var rows = await database.QueryAsync(MostPopular, Parameters.None, null, stoppingToken).ToListAsync(stoppingToken);
            foreach (var id in rows.Select(row => row.String("PlayableId")).Where(contents.Pieces.ContainsKey))
                await EncodeAsync(encoder, id, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // The FLAC recordings can still be played; the next start tries again.
            LogFailed(e);
        }
    }

    private async Task EncodeAsync(IMediaEncoder encoder, string id, CancellationToken ct)
    {
        await studio.EnsureAudioAsync(id);
        var row = await database.ReadAsync(Playables, new Key(id), null, ct);
        if (row?.StringOrNull("Encodings") is not { } text) return;
        if (EncodingList.Parse(text) is not [{ Codec: Codec.NativeFlac } recording]) return;

        var prefix = $"{row.String("Type")}s/{id}/{row.String("Revision")}/";
        var directory = Directory.CreateDirectory(Path.Combine(options.Value.WorkDirectory, id)).FullName;
        try
        {
            var path = Path.Combine(directory, "source.flac");
            await using (var content = await store.OpenReadAsync(prefix + recording.FileName, range: null, ct))
            await using (var copy = File.Create(path))
                await content.CopyToAsync(copy, ct);
            var source = await encoder.ProbeAsync(path, ct);
            var isTrack = row.String("Type") == "track";
            var decoded = await encoder.EncodeAsync(path, source, source.Rungs, directory, isTrack, ct);
            var encoded = await EncodedAudio.ReadAsync(encoder, source.Rungs, directory, decoded, ct);
            var encodings = await encoded.StoreAsync(store, prefix, ct);
            var (revision, list) = (row.String("Revision"), EncodingList.Format(encodings));
            List<Mutation> mutations = [CatalogWriter.WriteAudio(id, revision, list, decoded.GainDb, decoded.TruePeakDb)];
            if (isTrack)
            {
                var features = await TrackSoundFeatures.StoreAsync(directory, decoded, store, prefix, ct);
                mutations.Add(AudioFeatureRows.Write(id, revision, features));
            }

            await database.CommitAsync(mutations, ct);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The demo recordings could not be encoded by ffmpeg. They are available as FLAC only.")]
    private partial void LogFailed(Exception cause);
}
