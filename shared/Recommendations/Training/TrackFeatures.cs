using System.Runtime.InteropServices;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;

namespace Spotify.Recommendations.Training;

/// <summary>The features that tracks share, apart from their listeners: genres, artists, albums and playlists.</summary>
internal static class TrackFeatures
{
    // A feature of more tracks says little, and its cost is the square of their number.
    private const int MaxTracks = 1_000;

    /// <summary>Returns a row per feature with a weight of 1 for each of its tracks.</summary>
    /// <param name="data">The tracks and playlists.</param>
    /// <param name="count">The number of tracks with the most listeners that are looked at.</param>
    public static InteractionMatrix Build(TrainingData data, int count)
    {
        var (tracks, covered) = (data.Tracks, ItemModelTrainer.Covered(data.Interactions, count));
        var (genres, artists) = (new List<Interaction>(), new List<Interaction>());
        var (albums, playlists) = (new List<Interaction>(), new List<Interaction>());
        foreach (var track in covered)
        {
            foreach (var genre in tracks.Genres(track)) genres.Add(new Interaction(genre, track, 1));
            foreach (var artist in tracks.Artists(track)) artists.Add(new Interaction(artist, track, 1));
            if (tracks.Album(track) is var album and >= 0) albums.Add(new Interaction(album, track, 1));
        }

        var isCovered = new bool[tracks.Count];
        foreach (var track in covered) isCovered[track] = true;
        for (var playlist = 0; playlist < data.Playlists.Count; playlist++)
        {
            foreach (var track in data.Playlists[playlist].Tracks)
                if ((uint)track < (uint)tracks.Count && isCovered[track]) playlists.Add(new Interaction(playlist, track, 1));
        }

        var features = new List<Interaction>();
        var rows = 0;
        foreach (var kind in (IEnumerable<List<Interaction>>)[genres, artists, albums, playlists])
        {
            foreach (var feature in kind.GroupBy(entry => entry.Listener))
            {
                // A feature of one track has nothing to say about others.
                var members = feature.Select(entry => entry.Track).Distinct().ToList();
                if (members.Count is < 2 or > MaxTracks) continue;
                features.AddRange(members.Select(track => new Interaction(rows, track, 1)));
                rows++;
            }
        }

        return InteractionMatrix.Build(rows, tracks.Count, CollectionsMarshal.AsSpan(features));
    }
}
