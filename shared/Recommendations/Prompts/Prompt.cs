using Spotify.Recommendations.Seeds;

namespace Spotify.Recommendations.Prompts;

/// <summary>The meaning of a written prompt, as far as its words are known.</summary>
public sealed record Prompt
{
    /// <summary>The genres, as the vocabulary writes them; a track needs one of them. Empty for any.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>The genres that a track must not have.</summary>
    public IReadOnlyList<string> ExcludedGenres { get; init; } = [];

    /// <summary>The folded names of the artists whose music is wanted, or music like theirs.</summary>
    public IReadOnlyList<string> Artists { get; init; } = [];

    /// <summary>The folded names of the artists whose tracks are not wanted.</summary>
    public IReadOnlyList<string> ExcludedArtists { get; init; } = [];

    /// <summary>The first year of release; null for no limit.</summary>
    public int? FromYear { get; init; }

    /// <summary>The last year of release; null for no limit.</summary>
    public int? ToYear { get; init; }

    /// <summary>The limits and targets of attributes, at most one of each attribute.</summary>
    public IReadOnlyList<AttributeRange> Attributes { get; init; } = [];

    /// <summary>Whether explicit tracks are not wanted.</summary>
    public bool WithoutExplicit { get; init; }

    /// <summary>The words that are not understood, in lower case.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Whether no word of the prompt tells which tracks are wanted.</summary>
    public bool IsEmpty => Genres.Count + Artists.Count + Attributes.Count == 0 && FromYear is null && ToYear is null;
}
