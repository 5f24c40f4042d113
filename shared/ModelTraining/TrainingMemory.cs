using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Training;

namespace Spotify.ModelTraining;

/// <summary>Estimates of the memory of a training, from which the size of its machine follows.</summary>
public static class TrainingMemory
{
    private const long Fixed = 1L << 30;

    // The list of the interactions, both orders of their matrix, and the vectors of listeners with 100 interactions or more each.
    private const int BytesPerInteraction = 28;
    private const int BytesPerInteractionAfterTheFit = 8;
    private const int BytesPerTrack = 200 + (3 * sizeof(float) * 128);

    /// <summary>
    /// Returns the memory in bytes, where files are in memory as on Cloud Run: that of the fit or of the comparison, whichever is more.
    /// </summary>
    /// <param name="tracks">The number of tracks.</param>
    /// <param name="interactions">The number of interactions.</param>
    /// <param name="options">The options of the training.</param>
    public static long Estimate(int tracks, int interactions, TrainingOptions options)
    {
        var fit = ((long)interactions * BytesPerInteraction) + ((long)tracks * BytesPerTrack);
        // The new model, its files, and the files of the published one.
        var comparison = (3 * ModelSize.Estimate(tracks, options)) + ((long)interactions * BytesPerInteractionAfterTheFit);
        return Fixed + Math.Max(fit, comparison);
    }
}
