namespace Spotify.Events.Taste;

/// <summary>How far back a listener's taste goes: plays lose half of their weight in each half-life.</summary>
public enum TasteTerm
{
    /// <summary>A half-life of 14 days.</summary>
    Short,

    /// <summary>A half-life of 90 days.</summary>
    Medium,

    /// <summary>A half-life of 365 days.</summary>
    Long,
}

/// <summary>
/// Decayed sums of engagement (1 is a completed play) for the three terms, by forward decay (Cormode et al., "Forward decay: a practical
/// time decay model for streaming systems", 2009): a play at time t weighs 2^((t − landmark) / half-life), so that sums need no update as
/// time passes, and the order of additions does not matter.
/// </summary>
/// <param name="Short">The sum for <see cref="TasteTerm.Short"/>.</param>
/// <param name="Medium">The sum for <see cref="TasteTerm.Medium"/>.</param>
/// <param name="Long">The sum for <see cref="TasteTerm.Long"/>.</param>
internal readonly record struct Weights(double Short, double Medium, double Long)
{
    public double this[TasteTerm term] => term switch
    {
        TasteTerm.Short => Short,
        TasteTerm.Medium => Medium,
        _ => Long,
    };

    public static Weights operator +(Weights a, Weights b) => new(a.Short + b.Short, a.Medium + b.Medium, a.Long + b.Long);

    public static Weights operator *(Weights a, Weights b) => new(a.Short * b.Short, a.Medium * b.Medium, a.Long * b.Long);

    /// <summary>Returns the sums, with 0 in place of negative ones.</summary>
    public Weights Positive() => new(Math.Max(0, Short), Math.Max(0, Medium), Math.Max(0, Long));

    /// <summary>Returns the largest share of the sums in totals.</summary>
    public double LargestShareOf(Weights totals) =>
        Math.Max(Share(Short, totals.Short), Math.Max(Share(Medium, totals.Medium), Share(Long, totals.Long)));

    private static double Share(double sum, double total) => sum <= 0 || total <= 0 ? Math.Min(sum, 0) : sum / total;
}

/// <summary>
/// The landmarks of forward decay. A landmark is a multiple of the half-life and moves on when a play is later than the next multiple:
/// all weights are then halved, which is exact in binary floating point, so that they neither overflow nor depend on the order of plays.
/// </summary>
/// <param name="Short">The landmark of <see cref="TasteTerm.Short"/>, in half-lives since 1970.</param>
/// <param name="Medium">The landmark of <see cref="TasteTerm.Medium"/>, in half-lives since 1970.</param>
/// <param name="Long">The landmark of <see cref="TasteTerm.Long"/>, in half-lives since 1970.</param>
internal readonly record struct Landmarks(long Short, long Medium, long Long)
{
    private const double ShortDays = 14;
    private const double MediumDays = 90;
    private const double LongDays = 365;

    /// <summary>Returns the landmarks of a time, or these if they are later.</summary>
    public Landmarks At(DateTimeOffset time) => new(
        Math.Max(Short, (long)(Days(time) / ShortDays)),
        Math.Max(Medium, (long)(Days(time) / MediumDays)),
        Math.Max(Long, (long)(Days(time) / LongDays)));

    /// <summary>Returns the factors that convert weights of earlier landmarks to these.</summary>
    public Weights FactorsFrom(Landmarks earlier) => new(
        Math.ScaleB(1, (int)Math.Max(earlier.Short - Short, -2000)),
        Math.ScaleB(1, (int)Math.Max(earlier.Medium - Medium, -2000)),
        Math.ScaleB(1, (int)Math.Max(earlier.Long - Long, -2000)));

    /// <summary>Returns the weights of a completed play.</summary>
    public Weights WeightsAt(DateTimeOffset time) => new(
        double.Exp2((Days(time) / ShortDays) - Short),
        double.Exp2((Days(time) / MediumDays) - Medium),
        double.Exp2((Days(time) / LongDays) - Long));

    /// <summary>Returns the sum for a half-life between the medium and the long one, from the sums at one time.</summary>
    public static double Interpolate(double medium, double @long, double halfLifeDays)
    {
        var share = ((1 / halfLifeDays) - (1 / LongDays)) / ((1 / MediumDays) - (1 / LongDays));
        return Math.Pow(medium, share) * Math.Pow(@long, 1 - share);
    }

    /// <summary>Returns the age at which a single play would have the sums.</summary>
    public static TimeSpan AgeOf(double medium, double @long) =>
        TimeSpan.FromDays(Math.Clamp(Math.Log2(@long / medium) / ((1 / MediumDays) - (1 / LongDays)), 0, 3650));

    private static double Days(DateTimeOffset time) => Math.Max(0, (time - DateTimeOffset.UnixEpoch).TotalDays);
}
