using Microsoft.Extensions.Options;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.Recommendations.Feedback;

/// <summary>A variant of the settings of the ranking, for a share of the listeners.</summary>
/// <param name="Name">The name.</param>
/// <param name="Ensemble">The weights of the signals; null for those of the model.</param>
/// <param name="Exploration">The share of exploration; null for that of the surface.</param>
public sealed record RankingVariant(string Name, EnsembleOptions? Ensemble = null, double? Exploration = null)
{
    /// <summary>The name of the variant of listeners who are in no other one.</summary>
    public const string DefaultName = "default";

    /// <summary>The variant of listeners who are in no other one.</summary>
    public static RankingVariant Default { get; } = new(DefaultName);

    /// <summary>Returns the settings of a surface with those of the variant.</summary>
    /// <param name="surface">The settings of the surface; null for the defaults.</param>
    public RankingOptions Options(RankingOptions? surface = null)
    {
        surface ??= new RankingOptions();
        return surface with { Ensemble = Ensemble ?? surface.Ensemble, Exploration = Exploration ?? surface.Exploration };
    }
}

/// <summary>The variants of the settings of the ranking, so that their feedback can be compared.</summary>
public sealed class RankingVariants
{
    private readonly List<(double End, RankingVariant Variant)> variants = [];

    /// <summary>Creates the variants of the settings.</summary>
    public RankingVariants(IOptions<FeedbackOptions> options)
    {
        var end = 0.0;
        foreach (var variant in options.Value.Variants) variants.Add((end += variant.Share, variant.ToVariant()));
    }

    /// <summary>Returns the variant of a listener, which stays the same while the settings do.</summary>
    /// <param name="listenerId">The listener's pseudonym; null for the default variant.</param>
    public RankingVariant Of(string? listenerId)
    {
        if (listenerId is null || variants.Count == 0) return RankingVariant.Default;
        var place = ListenerSample.Place("variant", listenerId);
        return variants.Find(variant => place < variant.End).Variant ?? RankingVariant.Default;
    }
}
