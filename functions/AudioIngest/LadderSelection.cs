using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The qualities that tracks are encoded in.</summary>
/// <param name="Qualities">The qualities. At least one is lossy, because a lossy source has no lossless encoding.</param>
public sealed record LadderSelection(IReadOnlySet<AudioQuality> Qualities)
{
    /// <summary>Every quality.</summary>
    public static LadderSelection All { get; } = new(Enum.GetValues<AudioQuality>().ToHashSet());

    /// <summary>Returns the rungs to encode for a source.</summary>
    public IReadOnlyList<Rung> Of(SourceAudio source) => [.. source.Rungs.Where(rung => Qualities.Contains(rung.Quality))];

    /// <summary>
    /// Returns the rung to encode before the others, so that a track can be played soon: AAC, because every browser plays it, in the
    /// quality that is nearest to the highest one of every plan.
    /// </summary>
    public Rung First(SourceAudio source) => Of(source)
        .OrderByDescending(rung => rung.Codec == Codec.Aac)
        .ThenBy(rung => Math.Abs(rung.Quality - AudioQuality.High))
        .First();

    /// <summary>Returns whether a track has every encoding of this selection.</summary>
    /// <param name="encodings">The track's encodings.</param>
    /// <param name="isLossless">Whether its source is lossless.</param>
    public bool IsComplete(IReadOnlyCollection<AudioEncoding> encodings, bool isLossless) => QualityLadder.Rungs
        .Where(rung => Qualities.Contains(rung.Quality) && (isLossless || rung.Quality != AudioQuality.Lossless))
        .All(rung => encodings.Any(encoding => encoding.Codec == rung.Codec && encoding.Quality == rung.Quality));
}
