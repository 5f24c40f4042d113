using Spotify.Domain.Data;

namespace Spotify.Functions.DailyAggregates.Surfaces;

/// <summary>The feedback of listeners on the picks of a surface: the numbers of plays, skips and saves.</summary>
/// <param name="Surface">The surface.</param>
/// <param name="ReasonKind">The kind of the picks' reason, or <see cref="AllReasons"/>.</param>
/// <param name="ModelVersion">The version of the model, empty if there was none; null for all versions.</param>
/// <param name="Variant">The variant of the settings.</param>
/// <param name="Picks">The picks.</param>
/// <param name="Listeners">The listeners of each day, added up.</param>
/// <param name="Streams">Streams of picks from their playlist.</param>
/// <param name="Plays">Streams of 30 s or more.</param>
/// <param name="Completions">Streams to the end.</param>
/// <param name="Skips">Streams that were skipped within 30 s.</param>
/// <param name="Saves">Picks that were saved or added to a playlist.</param>
/// <param name="Hits">Picks that were saved or completed, or played for 30 s or more and not skipped.</param>
/// <param name="HitsSquared">The sum of the squares of the listeners' hits.</param>
/// <param name="HitsTimesPicks">The sum of the products of the listeners' hits and picks.</param>
/// <param name="PicksSquared">The sum of the squares of the listeners' picks.</param>
public sealed record SurfaceFeedback(
    string Surface,
    string ReasonKind,
    string? ModelVersion,
    string Variant,
    long Picks,
    long Listeners,
    long Streams,
    long Plays,
    long Completions,
    long Skips,
    long Saves,
    long Hits,
    long HitsSquared,
    long HitsTimesPicks,
    long PicksSquared)
{
    /// <summary>The kind that stands for all reasons.</summary>
    public const string AllReasons = "all";

    /// <summary>The precision: the share of the picks that are hits.</summary>
    public RateEstimate Precision => RateEstimate.Of(Hits, Picks, Independent);

    /// <summary>The share of the picks that were saved.</summary>
    public RateEstimate SaveRate => RateEstimate.Of(Saves, Picks, Independent);

    /// <summary>The share of the streams that were skipped within 30 s.</summary>
    public RateEstimate SkipRate => RateEstimate.Of(Skips, Streams, Independent);

    /// <summary>
    /// The ratio of the number of independent observations to that of picks, from 0 to 1. The picks of a listener depend on each other:
    /// listeners play a whole list or none of it. The variance is that of a ratio estimator over clusters (Cochran, Sampling
    /// Techniques, 1977, chapter 6). The other rates use the same ratio.
    /// </summary>
    private double Independent
    {
        get
        {
            if (Picks == 0) return 0;
            var precision = (double)Hits / Picks;
            var squares = HitsSquared - (2 * precision * HitsTimesPicks) + (precision * precision * PicksSquared);
            var variance = Listeners > 1 ? squares * Listeners / (Listeners - 1) / Picks / Picks : 0;
            var observations = variance > 0 ? precision * (1 - precision) / variance : Listeners;
            return Math.Min(1, observations / Picks);
        }
    }

    /// <summary>Reads the feedback from a row.</summary>
    internal static SurfaceFeedback FromRow(Row row) => new(
        Surface: row.String("surface"),
        ReasonKind: row.String("reason_kind"),
        ModelVersion: row.String("model_version"),
        Variant: row.String("variant"),
        Picks: row.Int64("picks"),
        Listeners: row.Int64("listeners"),
        Streams: row.Int64("streams"),
        Plays: row.Int64("plays"),
        Completions: row.Int64("completions"),
        Skips: row.Int64("skips"),
        Saves: row.Int64("saves"),
        Hits: row.Int64("hits"),
        HitsSquared: row.Int64("hits_squared"),
        HitsTimesPicks: row.Int64("hits_times_picks"),
        PicksSquared: row.Int64("picks_squared"));

    /// <summary>Returns the sum with the feedback on other picks.</summary>
    internal SurfaceFeedback Add(SurfaceFeedback other) => this with
    {
        Picks = Picks + other.Picks,
        Listeners = Listeners + other.Listeners,
        Streams = Streams + other.Streams,
        Plays = Plays + other.Plays,
        Completions = Completions + other.Completions,
        Skips = Skips + other.Skips,
        Saves = Saves + other.Saves,
        Hits = Hits + other.Hits,
        HitsSquared = HitsSquared + other.HitsSquared,
        HitsTimesPicks = HitsTimesPicks + other.HitsTimesPicks,
        PicksSquared = PicksSquared + other.PicksSquared,
    };
}

/// <summary>A rate with its 95 % confidence interval by Wilson's score. All values are NaN without observations.</summary>
/// <param name="Rate">The rate, from 0 to 1.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
/// <seealso href="https://doi.org/10.1080/01621459.1927.10502953"/>
public readonly record struct RateEstimate(double Rate, double Low, double High)
{
    private const double StandardScore = 1.959964;

    /// <summary>Estimates a rate.</summary>
    /// <param name="count">The number of successes.</param>
    /// <param name="total">The number of trials.</param>
    /// <param name="independent">The ratio of the number of independent trials to that of trials, above 0 and up to 1.</param>
    public static RateEstimate Of(long count, long total, double independent = 1)
    {
        if (total == 0) return new RateEstimate(double.NaN, double.NaN, double.NaN);
        var (rate, trials) = ((double)count / total, total * independent);
        var weight = StandardScore * StandardScore / trials;
        var center = (rate + (weight / 2)) / (1 + weight);
        var half = StandardScore / (1 + weight) * Math.Sqrt((rate * (1 - rate) / trials) + (weight / (4 * trials)));
        return new RateEstimate(rate, Math.Max(0, center - half), Math.Min(1, center + half));
    }
}
