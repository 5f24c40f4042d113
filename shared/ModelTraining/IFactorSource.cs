using Spotify.Recommendations;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Training;

namespace Spotify.ModelTraining;

/// <summary>A service that fits the factor model of a training, for models that outgrow one machine.</summary>
public interface IFactorSource
{
    /// <summary>Fits a factor model of the tracks of a training.</summary>
    /// <param name="input">The data of the training, whose tracks the model has in the same rows.</param>
    /// <param name="options">The settings of the training.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="IOException">The fit failed.</exception>
    /// <exception cref="InvalidDataException">The result is damaged.</exception>
    Task<FactorModel> FitAsync(
        TrainingInput input, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken ct);
}
