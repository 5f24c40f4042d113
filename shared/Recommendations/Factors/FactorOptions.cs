using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Factors;

/// <summary>Options of a factor model for implicit feedback.</summary>
/// <remarks>
/// The model minimizes the sum over all listeners u and tracks i of c(u,i)·(p(u,i) − x(u)·y(i))², plus r(u)·|x(u)|² and r(i)·|y(i)|² (Hu,
/// Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", 2008). A pair without interaction has the preference
/// p = 0 with the confidence c = <see cref="UnobservedWeight"/>. An interaction of weight w adds <see cref="Alpha"/>·|w| to the confidence;
/// its preference is 1 if w is positive and 0 if w is negative. The textbook's model is Alpha 40 (or another), UnobservedWeight 1 and
/// RegularizationExponent 0.
/// </remarks>
public sealed record FactorOptions
{
    /// <summary>The largest number of factors.</summary>
    public const int MaxFactors = 1024;

    /// <summary>The largest confidence that an interaction adds. Larger ones count as this, because they would overflow.</summary>
    public const float MaxConfidence = 1e6f;

    /// <summary>The number of factors, 1 to <see cref="MaxFactors"/>.</summary>
    public int Factors { get; init; } = 128;

    /// <summary>The number of iterations of a fit, 1 to 1,000. Each solves all listeners, then all tracks.</summary>
    public int Iterations { get; init; } = 15;

    /// <summary>The number of iterations of a refit, 1 to 1,000.</summary>
    public int RefitIterations { get; init; } = 3;

    /// <summary>
    /// The number of conjugate-gradient steps per listener, track and iteration, 1 to 1,000 (Takács, Pilászy, Tikk, "Applications of the
    /// Conjugate Gradient Method for Implicit Feedback Collaborative Filtering", 2011). Each solve starts from the last iteration's vector.
    /// </summary>
    public int ConjugateGradientSteps { get; init; } = 3;

    /// <summary>The confidence per unit of weight, above 0.</summary>
    public float Alpha { get; init; } = 1;

    /// <summary>
    /// The scale of weights, at least 0, because counts of plays have a heavy tail: if it is above 0, ln(1 + |w|/WeightScale) takes the
    /// place of a weight |w| (ε in the paper).
    /// </summary>
    public float WeightScale { get; init; }

    /// <summary>The confidence of every pair, above 0.</summary>
    public float UnobservedWeight { get; init; } = 0.1f;

    /// <summary>The regularization of a listener or track, above 0, before it is scaled by <see cref="RegularizationExponent"/>.</summary>
    public float Regularization { get; init; } = 0.003f;

    /// <summary>
    /// The exponent of the scale of a row's regularization, 0 to 1: r = λ·(n + UnobservedWeight·m)^exponent, where n is the number of
    /// interactions of the listener (or track) and m the number of tracks (or listeners) of the model (Rendle, Krichene, Zhang, Koren,
    /// "Revisiting the Performance of iALS on Item Recommendation Benchmarks", 2021).
    /// </summary>
    public float RegularizationExponent { get; init; } = 1;

    /// <summary>Checks that every option is in its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        Check(Factors is >= 1 and <= MaxFactors, nameof(Factors), Factors, $"1 to {MaxFactors}");
        Check(Iterations is >= 1 and <= 1000, nameof(Iterations), Iterations, "1 to 1000");
        Check(RefitIterations is >= 1 and <= 1000, nameof(RefitIterations), RefitIterations, "1 to 1000");
        Check(ConjugateGradientSteps is >= 1 and <= 1000, nameof(ConjugateGradientSteps), ConjugateGradientSteps, "1 to 1000");
        Check(Alpha is > 0 and <= MaxConfidence, nameof(Alpha), Alpha, "above 0, at most 1000000");
        Check(WeightScale is 0 or (>= 1e-6f and <= MaxConfidence), nameof(WeightScale), WeightScale, "0, or 0.000001 to 1000000");
        Check(UnobservedWeight is > 0 and <= MaxConfidence, nameof(UnobservedWeight), UnobservedWeight, "above 0, at most 1000000");
        Check(Regularization is > 0 and <= MaxConfidence, nameof(Regularization), Regularization, "above 0, at most 1000000");
        Check(RegularizationExponent is >= 0 and <= 1, nameof(RegularizationExponent), RegularizationExponent, "0 to 1");
    }

    /// <summary>Returns interactions with weights as <see cref="Alpha"/> multiplies them.</summary>
    internal InteractionMatrix Transform(InteractionMatrix interactions) =>
        WeightScale == 0 ? interactions : interactions.Transform(Transform);

    /// <summary>Returns a weight as <see cref="Alpha"/> multiplies it. The sign stays.</summary>
    internal float Transform(float weight) =>
        WeightScale == 0 ? weight : MathF.CopySign(MathF.Log(1 + (MathF.Abs(weight) / WeightScale)), weight);

    /// <summary>Returns the confidence that an interaction adds to <see cref="UnobservedWeight"/>.</summary>
    internal float Confidence(float weight) => Math.Min(Alpha * Math.Abs(Transform(weight)), MaxConfidence);

    /// <summary>Returns the regularization of a row with a number of interactions, in a matrix with a number of columns.</summary>
    internal float RegularizationOf(int interactions, int columns) =>
        Regularization * (float)Math.Pow(interactions + UnobservedWeight * (double)columns, RegularizationExponent);

    private static void Check(bool valid, string name, IFormattable value, string range)
    {
        if (!valid) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}. Expected: {range}."), name);
    }
}
