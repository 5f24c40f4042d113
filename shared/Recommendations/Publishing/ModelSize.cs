using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// Estimates of the size of models, from which the memory of the functions that use them follows: the files are memory-mapped, and on Cloud
/// Run they are in memory as well. While a new version is loaded, there are two models.
/// </summary>
public static class ModelSize
{
    // The columns of TrackTable with a hash table, for 1.3 artists per track.
    private const double BytesPerTrack = 92;
    private const double BytesPerArtistOrAlbum = 26;

    // A track in ten has an artist of its own, and an album.
    private const double ArtistsAndAlbumsPerTrack = 0.2;

    /// <summary>Returns the size of the files of a model in bytes, within about 15 %.</summary>
    /// <param name="tracks">The number of tracks.</param>
    /// <param name="options">The options of the training.</param>
    /// <param name="audioDimensions">The dimensions of the vectors of the sound; 0 if no sound is known.</param>
    public static long Estimate(int tracks, TrainingOptions options, int audioDimensions = 128)
    {
        var factors = options.Factors.Factors;
        var table = tracks * (BytesPerTrack + (ArtistsAndAlbumsPerTrack * BytesPerArtistOrAlbum));
        var vectors = sizeof(float) * (((long)tracks * factors) + ((long)factors * factors));
        var neighbours = options.Items is { } items ? (long)Math.Min(tracks, items.Tracks) * Math.Min(tracks, items.Neighbours) : 0;
        var itemModel = options.Items is null ? 0 : ((long)tracks * sizeof(int)) + (neighbours * (sizeof(int) + sizeof(float)));
        return (long)table + vectors + itemModel + Index(factors) + Index(options.Content.Dimensions) + Index(audioDimensions);

        long Index(int dimensions) => dimensions == 0
            ? 0
            : NeighbourIndex.EstimateBytes(tracks, dimensions, new NeighbourOptions { Format = options.IndexFormat });
    }
}
