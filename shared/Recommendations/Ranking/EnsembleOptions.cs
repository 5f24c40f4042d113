namespace Spotify.Recommendations.Ranking;

/// <summary>Weights of the signals that rank a listener's candidates. Only their proportions matter.</summary>
public sealed record EnsembleOptions
{
    /// <summary>Weight of the factor model and the item model together. At least 0.</summary>
    public float Collaborative { get; init; } = 0.4f;

    /// <summary>Weight of the similarity to the listener's tracks by tags, genres, artists, albums and playlists. At least 0.</summary>
    public float Content { get; init; } = 0.3f;

    /// <summary>Weight of the similarity to the listener's tracks by sound. At least 0.</summary>
    public float Audio { get; init; } = 0.2f;

    /// <summary>Weight of popularity. At least 0.</summary>
    public float Popularity { get; init; } = 0.1f;

    /// <summary>The item model's share of the collaborative signal, between 0 and 1. The factor model has the rest.</summary>
    public float ItemShare { get; init; } = 0.5f;

    /// <summary>Throws if a weight is invalid.</summary>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or the share is outside 0 to 1.</exception>
    public void Validate()
    {
        foreach (var weight in (ReadOnlySpan<float>)[Collaborative, Content, Audio, Popularity])
            if (!float.IsFinite(weight) || weight < 0) throw new ArgumentException($"The weight {weight} of a signal is invalid.");
        if (Collaborative + Content + Audio + Popularity == 0) throw new ArgumentException("All weights of signals are 0.");
        if (!(ItemShare is >= 0 and <= 1)) throw new ArgumentException($"The item model's share {ItemShare} is outside 0 to 1.");
    }
}
