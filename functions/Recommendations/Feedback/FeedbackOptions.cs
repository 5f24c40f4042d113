using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.Recommendations.Feedback;

/// <summary>The settings of the feedback on recommendations and of the variants that it compares. Section <c>Recommendations</c>.</summary>
public sealed class FeedbackOptions
{
    /// <summary>The share of the listeners whose picks are recorded in the warehouse, from 0 to 1.</summary>
    public double FeedbackSample { get; set; } = 1;

    /// <summary>
    /// The variants that are compared, at most 10. Listeners in none of them are in the variant
    /// <see cref="RankingVariant.DefaultName"/>, which has the settings of the model.
    /// </summary>
    public IList<VariantOptions> Variants { get; } = [];
}

/// <summary>A variant of the settings of the ranking. Settings that are not given are those of the default variant.</summary>
public sealed class VariantOptions
{
    /// <summary>The name: up to 32 lower-case letters, digits and hyphens.</summary>
    public string Name { get; set; } = "";

    /// <summary>The share of the listeners, above 0 and up to 1.</summary>
    public double Share { get; set; }

    /// <summary>The weight of the collaborative signal. If one of the weights is given, the other three have to be given too.</summary>
    public float? Collaborative { get; set; }

    /// <summary>The weight of the similarity of contents.</summary>
    public float? Content { get; set; }

    /// <summary>The weight of the similarity of sound.</summary>
    public float? Audio { get; set; }

    /// <summary>The weight of popularity.</summary>
    public float? Popularity { get; set; }

    /// <summary>The item model's share of the collaborative signal, from 0 to 1. Requires the weights.</summary>
    public float? ItemShare { get; set; }

    /// <summary>The share of exploration, from 0 to 1.</summary>
    public double? Exploration { get; set; }

    /// <summary>Whether one of the weights is given.</summary>
    internal bool HasWeights => (Collaborative ?? Content ?? Audio ?? Popularity ?? ItemShare) is not null;

    /// <summary>Returns the variant.</summary>
    /// <exception cref="ArgumentException">A setting is missing or out of its range.</exception>
    internal RankingVariant ToVariant()
    {
        var ensemble = HasWeights
            ? new EnsembleOptions
            {
                Collaborative = Collaborative ?? throw Missing(),
                Content = Content ?? throw Missing(),
                Audio = Audio ?? throw Missing(),
                Popularity = Popularity ?? throw Missing(),
                ItemShare = ItemShare ?? new EnsembleOptions().ItemShare,
            }
            : null;
        ensemble?.Validate();
        if (Exploration is not (null or (>= 0 and <= 1))) throw new ArgumentException("Exploration must be from 0 to 1.");
        return new RankingVariant(Name, ensemble, Exploration);

        static ArgumentException Missing() => new("Collaborative, Content, Audio and Popularity must be given together.");
    }
}

/// <summary>The validator of <see cref="FeedbackOptions"/>.</summary>
public sealed class FeedbackOptionsValidator : IValidateOptions<FeedbackOptions>
{
    // The length of the column GeneratedPlaylists.Variant.
    private const int MaxNameLength = 32;
    private const int MaxVariants = 10;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FeedbackOptions options)
    {
        if (!(options.FeedbackSample is >= 0 and <= 1)) return Fail("FeedbackSample", "must be from 0 to 1");
        if (options.Variants.Count > MaxVariants) return Fail("Variants", $"has more than {MaxVariants} elements");
        var names = new HashSet<string>(StringComparer.Ordinal) { RankingVariant.DefaultName };
        for (var i = 0; i < options.Variants.Count; i++)
        {
            var (variant, setting) = (options.Variants[i], string.Create(CultureInfo.InvariantCulture, $"Variants:{i}"));
            if (variant.Name.Length is 0 or > MaxNameLength || variant.Name.AsSpan().ContainsAnyExcept(NameCharacters))
                return Fail($"{setting}:Name", $"must have 1 to {MaxNameLength} lower-case letters, digits and hyphens");
            if (!names.Add(variant.Name)) return Fail($"{setting}:Name", $"{variant.Name} is used twice");
            if (!(variant.Share is > 0 and <= 1)) return Fail($"{setting}:Share", "must be above 0 and at most 1");
            try
            {
                variant.ToVariant();
            }
            catch (ArgumentException e)
            {
                return Fail(setting, e.Message.TrimEnd('.'));
            }
        }

        // Shares such as 0.1 are inexact, so their sum may be slightly more than 1.
        return options.Variants.Sum(variant => variant.Share) > 1 + 1e-9
            ? Fail("Variants", "have shares of more than 1 together")
            : ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Fail(string setting, string problem) =>
        ValidateOptionsResult.Fail($"Recommendations:{setting} {problem}.");
}
