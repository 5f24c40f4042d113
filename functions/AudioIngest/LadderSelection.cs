using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The qualities that tracks are encoded in.</summary>
/// <param name="Qualities">The qualities. At least one is lossy, because a lossy source has no lossless encoding.</param>
public sealed record LadderSelection(IReadOnlySet<AudioQuality> Qualities)
{
    /// <summary>Every quality.</summary>
    public static LadderSelection All { get; } = new(Enum.GetValues<AudioQuality>().ToHashSet());

    /// <summary>
    /// Returns the rung to encode before the others, so that a track can be played soon: AAC, because every browser plays it, in the
    /// quality that is nearest to the highest one of every plan.
    /// </summary>
    public Rung First(SourceAudio source) => source.Rungs.Where(rung => Qualities.Contains(rung.Quality))
        .OrderByDescending(rung => rung.Codec == Codec.Aac)
        .ThenBy(rung => Math.Abs(rung.Quality - AudioQuality.High))
        .First();

    /// <summary>Returns the rungs of the ladder that are selected and that a track lacks.</summary>
    /// <param name="encodings">The track's encodings.</param>
    /// <param name="isLossless">Whether its source is lossless.</param>
    public IReadOnlyList<Rung> Missing(IReadOnlyCollection<AudioEncoding> encodings, bool isLossless) =>
    [
        .. QualityLadder.Rungs
            .Where(rung => Qualities.Contains(rung.Quality) && (isLossless || rung.Quality != AudioQuality.Lossless))
            .Where(rung => !encodings.Any(encoding => encoding.FileName == rung.FileName)),
    ];
}
