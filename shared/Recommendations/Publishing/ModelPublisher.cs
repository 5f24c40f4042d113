using System.Security.Cryptography;
using System.Text;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Publishing;

/// <summary>The publication of a trained model.</summary>
public enum Publication
{
    /// <summary>Save it, without publication.</summary>
    SaveOnly,

    /// <summary>Publish it if it passes the checks.</summary>
    IfChecked,

    /// <summary>Publish it, even if a check fails.</summary>
    Always,
}

/// <summary>The result of a publication.</summary>
/// <param name="Manifest">The manifest of the version.</param>
/// <param name="Drift">The share of recommendations that change, 0 to 1; null if there is no published model to compare with.</param>
/// <param name="Failures">The failed checks, in one sentence each.</param>
/// <param name="IsPublished">Whether the version is in use now.</param>
public sealed record PublicationResult(ModelManifest Manifest, double? Drift, IReadOnlyList<string> Failures, bool IsPublished);

/// <summary>The publication of models: saving, comparison with the published model, the flip of the pointer.</summary>
/// <param name="objects">The store.</param>
/// <param name="options">How to open the published model.</param>
/// <param name="limits">The limits of the checks.</param>
/// <param name="time">The clock.</param>
public sealed class ModelPublisher(IObjectStore objects, ModelLoaderOptions options, PublicationOptions limits, TimeProvider time)
{
    private readonly ModelStore store = new(objects, time);
    private readonly ModelLoader loader = new(objects, options, time);

    /// <summary>Measures and saves a model, and publishes it. It can be canceled until the pointer is written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="counts">The amounts of data of the training.</param>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="heldOut">Listeners whom the training has not seen.</param>
    /// <param name="publication">Whether to publish it.</param>
    /// <param name="directory">An empty directory for its files.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="ct">Cancels the call.</param>
    public async Task<PublicationResult> PublishAsync(
        TrainedModel model,
        ModelCounts counts,
        ModelSettings settings,
        IReadOnlyList<HeldOutListener> heldOut,
        Publication publication,
        string directory,
        IProgress<TrainingProgress>? progress,
        CancellationToken ct)
    {
        var files = ModelFiles.Write(model, directory, progress, ct);
        var (createdAt, hash) = (time.GetUtcNow(), string.Concat(files.Select(file => file.Sha256)));
        var manifest = new ModelManifest
        {
            Version = ModelVersion.Name(createdAt, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(hash)))),
            CreatedAt = createdAt,
            Counts = counts,
            Settings = settings,
            Ensemble = model.Ensemble,
            Measurements = ModelMeasurer.Measure(model, heldOut, ct),
            Files = files,
        };
        var (drift, failures) = await CheckAsync(manifest, model, heldOut, ct);
        await store.SaveAsync(manifest, directory, progress, ct);
        var publishes = publication == Publication.Always || (publication == Publication.IfChecked && failures.Count == 0);
        if (publishes) await store.PublishAsync(manifest.Version, ct);
        else await store.PruneAsync(ct);
        return new PublicationResult(manifest, drift, failures, publishes);
    }

    /// <summary>Publishes a version that was saved before.</summary>
    /// <param name="version">The version.</param>
    /// <param name="publication">Whether to publish it.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="ModelStoreException">There is no such version, or it is incomplete.</exception>
    /// <exception cref="InvalidDataException">The version is damaged.</exception>
    /// <exception cref="NotSupportedException">The version has another format.</exception>
    public async Task<PublicationResult> PublishAsync(string version, Publication publication, CancellationToken ct)
    {
        if (await store.FindAsync(version, ct) is null) throw new ModelStoreException($"There is no version {version}.");
        using var model = await loader.LoadAsync(version, ct);
        var (drift, failures) = await CheckAsync(model.Manifest, model.Model, [], ct);
        var publishes = publication == Publication.Always || (publication == Publication.IfChecked && failures.Count == 0);
        if (publishes) await store.PublishAsync(version, ct);
        return new PublicationResult(model.Manifest, drift, failures, publishes);
    }

    /// <summary>Compares a model with the published one. Without held-out listeners, the recall of the manifests is compared.</summary>
    private async Task<(double? Drift, IReadOnlyList<string> Failures)> CheckAsync(
        ModelManifest manifest, TrainedModel model, IReadOnlyList<HeldOutListener> heldOut, CancellationToken ct)
    {
        var checks = new PublicationChecks(limits);
        var figures = new ModelFigures(model.Tracks.Count, manifest.Measurements);
        using var published = await PublishedAsync(ct);
        if (published is null || published.Manifest.Version == manifest.Version) return (null, checks.Failures(figures, null, null));
        var measured = heldOut.Count > 0 ? ModelMeasurer.Measure(published.Model, heldOut, ct) : published.Manifest.Measurements;
        var drift = ModelMeasurer.Drift(model, published.Model, ct);
        return (drift, checks.Failures(figures, new ModelFigures(published.Model.Tracks.Count, measured), drift));
    }

    // A published model that cannot be opened is of no use, so anything may replace it.
    private async Task<OpenModel?> PublishedAsync(CancellationToken ct)
    {
        try
        {
            return await store.CurrentAsync(ct) is { } pointer ? await loader.LoadAsync(pointer.Version, ct) : null;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or FileNotFoundException)
        {
            return null;
        }
    }
}
