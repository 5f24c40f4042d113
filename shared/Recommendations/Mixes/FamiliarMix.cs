using Spotify.Recommendations.Ranking;

namespace Spotify.Recommendations.Mixes;

/// <summary>A track of a mix.</summary>
/// <param name="Id">The track's id.</param>
/// <param name="Artist">The id of the main artist; null if unknown.</param>
/// <param name="Reason">The reason for the track.</param>
public readonly record struct MixTrack(UInt128 Id, UInt128? Artist, PickReason Reason);

/// <summary>
/// A mix of tracks that a listener knows with new ones. New tracks are spread evenly, and at most two tracks of an artist follow each other
/// if the other tracks allow it.
/// </summary>
public static class FamiliarMix
{
    /// <summary>The usual share of familiar tracks.</summary>
    public const double FamiliarShare = 0.7;

    private const int MostInARow = 2;

    /// <summary>
    /// Mixes the first tracks of both lists at a share. A list that is too short leaves its places to the other one. Repeated tracks are
    /// left out; a track of both lists is familiar.
    /// </summary>
    /// <param name="familiar">Tracks that the listener knows, the best first.</param>
    /// <param name="unfamiliar">New tracks, the best first.</param>
    /// <param name="count">The number of tracks of the mix, at least 0.</param>
    /// <param name="familiarShare">The share of familiar tracks, from 0 to 1.</param>
    /// <returns>The mix, which is shorter than <paramref name="count"/> only if both lists together are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count or the share is out of range.</exception>
    public static IReadOnlyList<MixTrack> Interleave(
        IReadOnlyList<MixTrack> familiar, IReadOnlyList<MixTrack> unfamiliar, int count, double familiarShare = FamiliarShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(familiarShare is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(familiarShare), "It is outside 0 to 1.");
        var ids = new HashSet<UInt128>();
        List<MixTrack> known = [.. familiar.Where(track => ids.Add(track.Id))], others = [.. unfamiliar.Where(track => ids.Add(track.Id))];
        count = Math.Min(count, known.Count + others.Count);
        var share = (int)Math.Round(count * familiarShare, MidpointRounding.AwayFromZero);
        var knownCount = Math.Clamp(share, count - Math.Min(count, others.Count), Math.Min(count, known.Count));
        known.RemoveRange(knownCount, known.Count - knownCount);
        others.RemoveRange(count - knownCount, others.Count - (count - knownCount));
        return Arrange(known, others);
    }

    /// <summary>Separates the tracks of an artist: at most two of them follow each other if the other tracks allow it.</summary>
    /// <param name="tracks">The tracks. Their order changes as little as possible.</param>
    public static IReadOnlyList<MixTrack> Separate(IReadOnlyList<MixTrack> tracks) => Arrange([.. tracks], []);

    private static List<MixTrack> Arrange(List<MixTrack> known, List<MixTrack> others)
    {
        var (count, knownCount) = (known.Count + others.Count, known.Count);
        var left = known.Concat(others).Where(track => track.Artist is not null).CountBy(track => track.Artist!.Value).ToDictionary();
        var mix = new List<MixTrack>(count);
        for (var placedKnown = 0; mix.Count < count;)
        {
            // The familiar tracks that are due after the next place. The first track is familiar.
            var due = (int)Math.Ceiling((double)knownCount * (mix.Count + 1) / count);
            var (turn, other) = placedKnown < due ? (known, others) : (others, known);
            UInt128? full = mix is [.., { Artist: { } one }, { Artist: { } two }] && one == two ? one : null;
            var (list, next) = (turn, -1);
            if (UrgentArtist(left, count - mix.Count) is { } urgent && urgent != full) Find(track => track.Artist == urgent);
            if (next < 0) Find(track => full is null || track.Artist != full);
            // Only tracks of the artist of the last two are left.
            if (next < 0) (list, next) = (turn.Count > 0 ? turn : other, 0);
            var track = list[next];
            list.RemoveAt(next);
            if (track.Artist is { } artist) left[artist]--;
            placedKnown += list == known ? 1 : 0;
            mix.Add(track);

            void Find(Predicate<MixTrack> predicate)
            {
                if ((next = turn.FindIndex(predicate)) < 0 && (next = other.FindIndex(predicate)) >= 0) list = other;
            }
        }

        return mix;
    }

    // An artist whose remaining tracks can be separated by the others only if one of them comes next.
    private static UInt128? UrgentArtist(Dictionary<UInt128, int> left, int places)
    {
        foreach (var (artist, tracks) in left)
            if (tracks > MostInARow * (places - tracks)) return artist;
        return null;
    }
}
