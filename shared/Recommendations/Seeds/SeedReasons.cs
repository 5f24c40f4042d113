using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Seeds;

/// <summary>The reasons for picks from seeds, which name the seeds.</summary>
/// <param name="model">The model.</param>
/// <param name="options">The settings of the ranking.</param>
/// <param name="newTracks">The new tracks.</param>
internal sealed class SeedReasons(TrainedModel model, RankingOptions options, NewTracks newTracks)
{
    private readonly TrackTable tracks = model.Tracks;
    private readonly ReasonFinder finder = new(model, options, newTracks);

    /// <summary>Returns the reason for a pick.</summary>
    public PickReason Find(
        SelectedTrack track, SeedTracks seeds, ListenerProfile profile, CandidateSet candidates, MarketPopularity popularity)
    {
        var reason = finder.Find(track, profile, candidates, popularity);
        if (reason.Track is not { } id || !tracks.TryFind(id, out var row) || seeds.SeedOf(row) is not { } seed) return reason;
        if (seed.Seed.Kind == SeedKind.Track && seed.Seed.Id == id) return reason;

        // The track only stands for an artist or a genre.
        if (seed.Artist >= 0)
        {
            var kind = tracks.Artists(track.Row).Contains(seed.Artist) ? PickKind.FamiliarArtist : PickKind.SimilarContent;
            return new PickReason(kind, Artist: tracks.ArtistId(seed.Artist));
        }

        return new PickReason(
            tracks.Genres(track.Row).Contains((ushort)seed.Genre) ? PickKind.FamiliarGenre : PickKind.SimilarContent,
            Genre: tracks.GenreName(seed.Genre));
    }
}
