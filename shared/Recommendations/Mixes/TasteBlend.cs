using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Ranking;

namespace Spotify.Recommendations.Mixes;

/// <summary>A listener of a blend.</summary>
public sealed record BlendListener
{
    /// <summary>The tracks that the listener likes, in any order.</summary>
    public required IReadOnlyList<BlendTrack> Liked { get; init; }

    /// <summary>Tracks that the list does not have because of this listener: disliked or hidden.</summary>
    public IReadOnlySet<UInt128> Excluded { get; init; } = new HashSet<UInt128>();
}

/// <summary>A track that a listener of a blend likes.</summary>
/// <param name="Id">The track's id.</param>
/// <param name="Artist">The id of the main artist; null if unknown.</param>
/// <param name="Weight">The preference, as in training; more than 0.</param>
public readonly record struct BlendTrack(UInt128 Id, UInt128? Artist, float Weight);

/// <summary>
/// The common list of two listeners: first the tracks that both like, then, in turn, tracks that one of them likes and that are near the
/// taste of the other one.
/// </summary>
/// <param name="Tracks">The tracks.</param>
/// <param name="MatchPercent">How similar the tastes are, from 0 to 100. Does not depend on the order of the listeners.</param>
public sealed record TasteBlend(IReadOnlyList<MixTrack> Tracks, int MatchPercent)
{
    private const int MaxLiked = 200;
    private const int Nearest = 5;
    private const int TracksPerArtist = 3;

    /// <summary>Blends the tastes of two listeners.</summary>
    /// <param name="vectors">The vectors of tracks.</param>
    /// <param name="one">A listener.</param>
    /// <param name="other">The other listener.</param>
    /// <param name="count">The largest number of tracks.</param>
    /// <param name="random">Varies the order of similar scores, so that the list differs from day to day.</param>
    public static TasteBlend Create(TasteVectors vectors, BlendListener one, BlendListener other, int count, Random random)
    {
        var (first, second) = (new Taste(vectors, one.Liked), new Taste(vectors, other.Liked));
        bool IsAllowed(BlendTrack track) => !one.Excluded.Contains(track.Id) && !other.Excluded.Contains(track.Id);
        float Vary(float score) => score * (0.9f + (0.2f * random.NextSingle()));

        var both = first.Tracks.Where(track => second.Likes(track.Id) && IsAllowed(track))
            .Select(track => (Track: track, Score: Vary(HarmonicMean(first.Preference(track.Id), second.Preference(track.Id)))))
            .OrderByDescending(scored => scored.Score).Select(scored => scored.Track).ToList();
        List<BlendTrack>[] suggestions = [Suggestions(first, second), Suggestions(second, first)];

        var artists = new Dictionary<UInt128, int>();
        var shared = both.Where(Fits).Take(count).Select(track => Mix(track, PickKind.LikedByBoth)).ToList();
        var rest = new List<MixTrack>();
        int[] next = [0, 0];
        for (var turn = 0; shared.Count + rest.Count < count; turn = 1 - turn)
        {
            if ((Next(turn) ?? Next(1 - turn)) is not { } track) break;
            rest.Add(Mix(track, PickKind.LikedByOne));
        }

        return new TasteBlend([.. FamiliarMix.Separate(shared), .. FamiliarMix.Separate(rest)], Match(first, second));

        List<BlendTrack> Suggestions(Taste of, Taste to) => [.. of.Tracks
            .Where(track => !to.Likes(track.Id) && IsAllowed(track))
            .Select(track => (Track: track, Score: Vary(HarmonicMean(of.Preference(track.Id), to.Affinity(of.VectorOf(track.Id))))))
            .OrderByDescending(scored => scored.Score)
            .Select(scored => scored.Track)];

        BlendTrack? Next(int side)
        {
            while (next[side] < suggestions[side].Count)
                if (suggestions[side][next[side]++] is var track && Fits(track)) return track;
            return null;
        }

        bool Fits(BlendTrack track)
        {
            if (track.Artist is not { } artist) return true;
            var before = artists.GetValueOrDefault(artist);
            artists[artist] = before + 1;
            return before < TracksPerArtist;
        }
    }

    private static MixTrack Mix(BlendTrack track, PickKind kind) => new(track.Id, track.Artist, new PickReason(kind));

    private static float HarmonicMean(float one, float other) => one + other > 0 ? 2 * one * other / (one + other) : 0;

    private static int Match(Taste one, Taste other) =>
        (int)Math.Round(50 * (one.MeanAffinityOf(other) + other.MeanAffinityOf(one)), MidpointRounding.AwayFromZero);

    // The taste of a listener as their most weighted tracks.
    private sealed class Taste
    {
        private readonly Dictionary<UInt128, int> indexes = [];
        private readonly UnitVectors points;
        private readonly bool[] isKnown;
        private readonly float[] preferences;

        public Taste(TasteVectors vectors, IReadOnlyList<BlendTrack> liked)
        {
            Tracks = [.. liked.Where(track => track.Weight > 0 && float.IsFinite(track.Weight))
                .OrderByDescending(track => track.Weight).ThenBy(track => track.Id)
                .DistinctBy(track => track.Id).Take(MaxLiked)];
            points = new UnitVectors(vectors.Dimensions);
            isKnown = new bool[Tracks.Count];
            preferences = new float[Tracks.Count];
            for (var i = 0; i < Tracks.Count; i++)
            {
                indexes.Add(Tracks[i].Id, i);
                isKnown[i] = vectors.TryWrite(Tracks[i].Id, points.Add());
                if (!isKnown[i]) points[i].Clear();
                // The fourth root, because counts of plays have a heavy tail.
                preferences[i] = MathF.Sqrt(MathF.Sqrt(Tracks[i].Weight / Tracks[0].Weight));
            }
        }

        public IReadOnlyList<BlendTrack> Tracks { get; }

        public bool Likes(UInt128 track) => indexes.ContainsKey(track);

        // From 0 to 1, relative to the favorite track.
        public float Preference(UInt128 track) => preferences[indexes[track]];

        public ReadOnlySpan<float> VectorOf(UInt128 track) => points[indexes[track]];

        // The mean cosine of the nearest liked tracks, from 0 to 1. A mean of all would hide that a listener has several tastes.
        public float Affinity(ReadOnlySpan<float> vector)
        {
            Span<float> most = stackalloc float[Nearest];
            for (var i = 0; i < points.Count; i++)
            {
                if (!isKnown[i] || !(Kernels.Dot(vector, points[i]) is var cosine && cosine > most[^1])) continue;
                var place = Nearest - 1;
                for (; place > 0 && most[place - 1] < cosine; place--) most[place] = most[place - 1];
                most[place] = cosine;
            }

            var sum = 0f;
            foreach (var cosine in most) sum += Math.Min(1, cosine);
            return points.Count == 0 ? 0 : sum / Math.Min(Nearest, points.Count);
        }

        // The expected preference of this listener for the other's tracks, from 0 to 1.
        public float MeanAffinityOf(Taste other)
        {
            var (sum, weights) = (0f, 0f);
            for (var i = 0; i < other.Tracks.Count; i++)
            {
                sum += other.preferences[i] * (Likes(other.Tracks[i].Id) ? 1 : Affinity(other.points[i]));
                weights += other.preferences[i];
            }

            return weights > 0 ? sum / weights : 0;
        }
    }
}
