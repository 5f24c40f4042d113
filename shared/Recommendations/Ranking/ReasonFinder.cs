using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The reasons for picks: of the signals that speak for a track, the strongest one for which the listener's history has an example.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">The settings.</param>
/// <param name="newTracks">The new tracks.</param>
internal sealed class ReasonFinder(TrainedModel model, RankingOptions options, NewTracks newTracks)
{
    // The number of recent tracks that are tried as examples, and how similar an example has to be.
    private const int Examples = 48;
    private const float LeastSimilarity = 0.1f;

    private readonly TrackTable tracks = model.Tracks;
    private readonly EnsembleOptions ensemble = options.Ensemble ?? model.Ensemble;
    private readonly float[] vector = new float[Math.Max(model.Content.Dimensions, model.Audio?.Dimensions ?? 0)];

    /// <summary>Returns the reason for a pick.</summary>
    public PickReason Find(SelectedTrack track, ListenerProfile profile, CandidateSet likely, MarketPopularity popularity)
    {
        var row = track.Row;
        if (track.Exploration)
        {
            UInt128? artist = tracks.Artist(row) is var number and >= 0 ? tracks.ArtistId(number) : null;
            var genre = tracks.Genres(row) is [var first, ..] ? tracks.GenreName(first) : null;
            return new PickReason(newTracks.Contains(row) ? PickKind.NewTrack : PickKind.Exploration, Artist: artist, Genre: genre);
        }

        if (profile.Recent.IsEmpty && (FamiliarArtist(row, profile) ?? FamiliarGenre(row, profile)) is { } chosen) return chosen;
        Span<float> strengths =
        [
            ensemble.Collaborative * Collaborative(track.Candidate, likely),
            ensemble.Content * likely.Signal(SignalKind.Content, track.Candidate),
            ensemble.Audio * likely.Signal(SignalKind.Audio, track.Candidate),
            ensemble.Popularity * likely.Signal(SignalKind.Popularity, track.Candidate),
        ];
        Span<int> kinds = [0, 1, 2, 3];
        foreach (ref var strength in strengths) strength = float.IsNaN(strength) ? float.PositiveInfinity : -strength;
        strengths.Sort(kinds);
        for (var i = 0; i < kinds.Length && float.IsFinite(strengths[i]); i++)
        {
            var reason = kinds[i] switch
            {
                0 => PlayedTogether(row, profile),
                1 => FamiliarArtist(row, profile) ?? Similar(PickKind.SimilarContent, model.Content, row, profile),
                2 => Similar(PickKind.SimilarSound, model.Audio!, row, profile),
                _ => Popular(row, popularity, onlyListed: true),
            };
            if (reason is not null) return reason.Value;
        }

        return FamiliarArtist(row, profile) ?? FamiliarGenre(row, profile) ?? Popular(row, popularity, onlyListed: false)
            ?? new PickReason(PickKind.Fill);
    }

    private float Collaborative(int candidate, CandidateSet likely)
    {
        var (factors, items) = (likely.Signal(SignalKind.Factors, candidate), likely.Signal(SignalKind.Items, candidate));
        return float.IsNaN(factors) ? items : float.IsNaN(items) ? factors
            : (factors * (1 - ensemble.ItemShare)) + (items * ensemble.ItemShare);
    }

    private static ReadOnlySpan<int> ExamplesOf(ListenerProfile profile) =>
        profile.Recent[..Math.Min(profile.Recent.Length, Examples)];

    private PickReason? PlayedTogether(int row, ListenerProfile profile)
    {
        var (best, most) = (-1, 0f);
        foreach (var example in ExamplesOf(profile))
        {
            if (model.Items is not { } items || items.Neighbours(example).BinarySearch(row) is not (var position and >= 0)) continue;
            if (items.Influences(example)[position] is var influence && influence > most) (best, most) = (example, influence);
        }

        if (best < 0)
        {
            most = LeastSimilarity;
            var own = model.Factors.Track(row);
            var length = MathF.Sqrt(Kernels.Dot(own, own));
            foreach (var example in ExamplesOf(profile))
            {
                var other = model.Factors.Track(example);
                var similarity = Kernels.Dot(own, other) / (length * MathF.Sqrt(Kernels.Dot(other, other)));
                if (similarity > most) (best, most) = (example, similarity);
            }
        }

        return best < 0 ? null : new PickReason(PickKind.PlayedTogether, Track: tracks.Id(best));
    }

    private PickReason? Similar(PickKind kind, VectorTable vectors, int row, ListenerProfile profile)
    {
        vectors.CopyTo(row, vector.AsSpan(0, vectors.Dimensions));
        var most = LeastSimilarity;
        if (MostSimilar(vectors, ExamplesOf(profile), ref most) is { } played) return new PickReason(kind, Track: tracks.Id(played));
        if (!profile.Recent.IsEmpty) return null;
        PickReason? best = null;
        foreach (var artist in profile.ChosenArtists)
        {
            if (MostSimilar(vectors, ListenerProfile.First(tracks.ArtistTracks(artist)), ref most) is not null)
                best = new PickReason(kind, Artist: tracks.ArtistId(artist));
        }

        foreach (var genre in profile.ChosenGenres)
        {
            if (MostSimilar(vectors, ListenerProfile.First(tracks.GenreTracks(genre)), ref most) is not null)
                best = new PickReason(kind, Genre: tracks.GenreName(genre));
        }

        return best;
    }

    private int? MostSimilar(VectorTable vectors, ReadOnlySpan<int> examples, ref float most)
    {
        int? best = null;
        foreach (var example in examples)
            if (vectors.Dot(example, vector.AsSpan(0, vectors.Dimensions)) is var similarity && similarity > most)
                (best, most) = (example, similarity);
        return best;
    }

    private PickReason? FamiliarArtist(int row, ListenerProfile profile)
    {
        foreach (var artist in tracks.Artists(row))
            if (profile.IsFamiliarArtist(artist)) return new PickReason(PickKind.FamiliarArtist, Artist: tracks.ArtistId(artist));
        return null;
    }

    private PickReason? FamiliarGenre(int row, ListenerProfile profile)
    {
        foreach (var genre in tracks.Genres(row))
            if (profile.IsFamiliarGenre(genre)) return new PickReason(PickKind.FamiliarGenre, Genre: tracks.GenreName(genre));
        return null;
    }

    private PickReason? Popular(int row, MarketPopularity popularity, bool onlyListed)
    {
        if (popularity.MarketOf(row) is { } market)
            return new PickReason(PickKind.Popular, Market: market == PopularTracks.World ? null : MarketCode.Format(market));
        return onlyListed || tracks.Popularity(row) == 0 ? null : new PickReason(PickKind.Popular);
    }
}
