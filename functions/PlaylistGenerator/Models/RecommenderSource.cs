using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Training;

namespace Spotify.Functions.PlaylistGenerator.Models;

/// <summary>The published model of the instance, with its recommenders. Loaded once, and again when another is published.</summary>
public sealed class RecommenderSource(ModelHolder models, TimeProvider time)
{
    /// <summary>The time for which <see cref="TryRentAsync"/> waits for the first model.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns the model. If there is none yet, waits until it is loaded, which may take minutes.</summary>
    /// <returns>The model, which the caller disposes after use; null if none is published or none could be loaded.</returns>
    public async ValueTask<RecommenderLease?> RentAsync(CancellationToken ct) =>
        await models.RentAsync(ct) is { } lease ? new RecommenderLease(lease) : null;

    /// <summary>Returns the model for a response that a listener waits for: waits briefly if there is none yet.</summary>
    /// <returns>The model, which the caller disposes after use; null if there is none at the moment.</returns>
    public async ValueTask<RecommenderLease?> TryRentAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await RentAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>The use of a model. The model stays open until this is disposed.</summary>
public sealed class RecommenderLease : IDisposable
{
    private readonly ModelLease lease;

    internal RecommenderLease(ModelLease lease) => this.lease = lease;

    /// <summary>The version of the model.</summary>
    public string Version => lease.Version;

    /// <summary>The model. Must not be used after this is disposed.</summary>
    public TrainedModel Model => lease.Model;

    /// <summary>Returns the recommender of some settings. Kept with the model.</summary>
    /// <exception cref="ArgumentException">A setting is invalid.</exception>
    public Recommender With(RankingOptions options) => lease.Prepared.With(options);

    /// <summary>Returns the recommender from seeds of some weights of the signals. Kept with the model.</summary>
    /// <param name="ensemble">The weights; null for those of the model.</param>
    /// <exception cref="ArgumentException">A weight is invalid.</exception>
    public SeedRecommender SeedsWith(EnsembleOptions? ensemble = null) => lease.Prepared.SeedsWith(ensemble);

    /// <summary>Ends the use.</summary>
    public void Dispose() => lease.Dispose();
}
