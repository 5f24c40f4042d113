using System.Runtime.InteropServices;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Seeds;

/// <summary>
/// The tracks that stand for the seeds of a request: a seed's own track, or the most popular tracks of its artist or genres. Used again
/// for the next request, so that nothing is allocated.
/// </summary>
/// <param name="tracks">The tracks.</param>
internal sealed class SeedTracks(TrackTable tracks)
{
    private const int TracksPerArtist = 5;
    private const int TracksPerGenre = 10;

    // Several tracks of a seed together weigh a little more than the one of another.
    private const float WeightOfSeveral = 0.1f;

    private readonly List<Preference> preferences = [];
    private readonly List<ResolvedSeed> seeds = [];
    private readonly RowMap seedRows = new();
    private readonly RowMap ownRows = new();

    /// <summary>The seeds, in the order of the request. Those that the model does not know have no tracks.</summary>
    public IReadOnlyList<ResolvedSeed> Seeds => seeds;

    /// <summary>The tracks of all seeds and their weights. Those of several seeds are repeated.</summary>
    public ReadOnlySpan<Preference> All => CollectionsMarshal.AsSpan(preferences);

    /// <summary>Returns the tracks of a seed and their weights.</summary>
    public ReadOnlySpan<Preference> Of(ResolvedSeed seed) => All.Slice(seed.Start, seed.Count);

    /// <summary>Returns whether a track is itself a seed, which is not recommended.</summary>
    public bool IsSeed(int row) => ownRows.Contains(row);

    /// <summary>Finds the seed for which a track stands.</summary>
    public ResolvedSeed? SeedOf(int row) => seedRows.TryGetValue(row, out var seed) ? seeds[seed] : null;

    /// <summary>Takes the seeds of the next request.</summary>
    public void Load(IReadOnlyList<Seed> requested)
    {
        preferences.Clear();
        seeds.Clear();
        seedRows.Clear();
        ownRows.Clear();
        foreach (var seed in requested)
        {
            var start = preferences.Count;
            var (artist, genre) = Resolve(seed);
            for (var i = start; i < preferences.Count; i++) seedRows.TryAdd(preferences[i].Track, seeds.Count);
            seeds.Add(new ResolvedSeed(start, preferences.Count - start, artist, genre, seed));
        }
    }

    private (int Artist, int Genre) Resolve(Seed seed)
    {
        if (seed.Kind == SeedKind.Track && tracks.TryFind(seed.Id, out var row))
        {
            preferences.Add(new Preference(row, 1));
            ownRows.TryAdd(row, 0);
            return (tracks.Artist(row), tracks.Genres(row) is [var main, ..] ? main : -1);
        }

        var own = seed.Kind == SeedKind.Artist && tracks.TryFindArtist(seed.Id, out var known) ? known : -1;
        for (var i = 0; own < 0 && i < seed.Artists.Count; i++) own = tracks.TryFindArtist(seed.Artists[i], out known) ? known : -1;
        if (own >= 0)
        {
            Add(tracks.ArtistTracks(own), TracksPerArtist);
            foreach (var track in tracks.ArtistTracks(own))
                if (tracks.Genres(track) is [var main, ..]) return (own, main);
            return (own, -1);
        }

        var first = -1;
        foreach (var name in seed.Genres)
        {
            if (!tracks.TryFindGenre(name, out var genre)) continue;
            Add(tracks.GenreTracks(genre), TracksPerGenre);
            if (first < 0) first = genre;
        }

        return (-1, first);
    }

    private void Add(ReadOnlySpan<int> rows, int most)
    {
        foreach (var row in rows[..Math.Min(rows.Length, most)]) preferences.Add(new Preference(row, WeightOfSeveral));
    }
}

/// <summary>A seed in terms of a model.</summary>
/// <param name="Start">The position of its first track.</param>
/// <param name="Count">The number of its tracks.</param>
/// <param name="Artist">The number of its artist; -1 if unknown.</param>
/// <param name="Genre">The number of its main genre; -1 if unknown.</param>
/// <param name="Seed">The seed.</param>
internal readonly record struct ResolvedSeed(int Start, int Count, int Artist, int Genre, Seed Seed);
