using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Recommendations;

/// <summary>The audio features and analyses of tracks.</summary>
public sealed class AudioFeatureService(IDatabase database, IObjectStore store)
{
    /// <summary>Returns the features of tracks in the order of the ids, in one read. Null for tracks without features.</summary>
    public async Task<IReadOnlyList<TrackAudioFeatures?>> FeaturesAsync(IReadOnlyList<string> ids, CancellationToken ct)
    {
        var found = await AudioFeatureRows.FindAsync(database, ids, ct);
        return [.. ids.Select(found.GetValueOrDefault)];
    }

    /// <summary>Opens the analysis of a track: JSON, compressed with gzip.</summary>
    /// <exception cref="ApiException">404: the track does not exist, or has no analysis.</exception>
    public async Task<Stream> OpenAnalysisAsync(string id, CancellationToken ct)
    {
        var track = (await FeaturesAsync([id], ct))[0] ?? throw ApiException.NotFound();
        try
        {
            return await store.OpenReadAsync($"tracks/{id}/{track.Revision}/{AudioAnalysis.FileName}", null, ct);
        }
        catch (FileNotFoundException)
        {
            // The read may be seconds old, and the audio replaced since.
            throw ApiException.NotFound();
        }
    }
}
