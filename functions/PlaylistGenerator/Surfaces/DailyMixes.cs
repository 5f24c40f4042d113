using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>
/// The generator of Daily Mix 1 to 6: a mix per cluster of the listener's taste, 70 % tracks of the cluster and 30 % new ones near it,
/// others each day. A mix without a cluster keeps its last list. Without a model, the clusters follow from genres and artists, and new
/// tracks are popular ones of the cluster's main genre.
/// </summary>
internal sealed class DailyMixes(IDatabase database, TrackCredits credits, PopularChoices popular) : ISurfaceGenerator
{
    private const int Length = 50;
    private const int MaxListeners = 100;

    // Some may not be playable any more.
    private const int Spare = 10;

    private const int NamedArtists = 3;

    private static readonly ClusterOptions Clusters = new() { MaxClusters = Surface.MaxDailyMixes, MaxTracks = LikedTracks.Most };

    private static readonly RankingOptions Ranking = new()
    {
        Count = 60, Exploration = 0, NewTracks = 5, TracksPerArtist = 3, GenreShare = 1, PopularCandidates = 10,
    };

    private static readonly Statement PreviousMixes = new(
        $"""
        SELECT GeneratedPlaylists.UserId, GeneratedPlaylists.Surface, PlaylistItems.PlayableId
        FROM GeneratedPlaylists JOIN PlaylistItems ON PlaylistItems.PlaylistId = GeneratedPlaylists.PlaylistId
        WHERE GeneratedPlaylists.UserId IN ({Statement.List("user", MaxListeners)})
          AND GeneratedPlaylists.Surface IN ({Statement.List("surface", Surface.MaxDailyMixes)})
        ORDER BY GeneratedPlaylists.UserId, GeneratedPlaylists.Surface, PlaylistItems.OrderKey
        """,
        [
            .. Statement.ListParameters("user", MaxListeners, ColumnType.String),
            .. Statement.ListParameters("surface", Surface.MaxDailyMixes, ColumnType.String),
        ]);

    /// <inheritdoc/>
    public IReadOnlyList<Surface> Surfaces { get; } = Surface.DailyMixes;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GeneratedList>> GenerateAsync(SurfaceRequest request, CancellationToken ct)
    {
        var previous = await PreviousAsync([.. request.Listeners.Select(listener => listener.History.UserId)], ct);
        var liked = request.Listeners.ToDictionary(listener => listener, listener => LikedTracks.Of(listener.History.Input));
        var known = await credits.ReadAsync(liked.Values.SelectMany(tracks => tracks.Select(track => track.Id)), ct);
        var lists = new List<GeneratedList>();
        foreach (var listener in request.Listeners)
        {
            ct.ThrowIfCancellationRequested();
            var input = listener.History.Input;
            var tracks = liked[listener].Where(track => known.TryGetValue(track.Id, out var credit) && !credit.IsHiddenFor(input)).ToList();
            var vectors = request.Recommenders is { } model
                ? TasteVectors.Of(model.Model)
                : TasteVectors.Of(tracks.ToDictionary(track => track.Id, track => known[track.Id].ToTags()));
            var mixes = Surface.DailyMixes
                .Select(surface => (IReadOnlyList<UInt128>)[.. previous[(listener.History.UserId, surface.Id)]]).ToList();
            foreach (var cluster in TasteClusters.Find(vectors, tracks, mixes, Clusters))
            {
                var surface = Surface.DailyMixes[cluster.Number - 1];
                if (!listener.IsDue(surface)) continue;
                var random = new Random(listener.SeedOf(surface));
                var unfamiliar = request.Recommenders is { } recommenders
                    ? Near(cluster, listener.History, recommenders, request.Now, random)
                    : await PopularAsync(cluster, listener.History, known, random, ct);
                lists.Add(ListOf(listener.History, surface, cluster, unfamiliar, known, random) with
                {
                    ModelVersion = request.Recommenders?.Version, IsFallback = request.Recommenders is null,
                });
            }
        }

        return lists;
    }

    private static GeneratedList ListOf(
        ListenerHistory listener,
        Surface surface,
        TasteCluster cluster,
        List<MixTrack> unfamiliar,
        IReadOnlyDictionary<UInt128, TrackCredit> known,
        Random random)
    {
        // Favorites come more often and earlier, but not always.
        var familiar = cluster.Tracks
            .OrderBy(track => -Math.Log(1 - random.NextDouble()) / Math.Sqrt(track.Weight))
            .Select(track => new MixTrack(track.Id, known[track.Id].MainArtist, new PickReason(PickKind.Played)))
            .ToList();
        // A small cluster has a shorter mix, so that the share of familiar tracks stays.
        var length = Math.Min(Length, (int)(familiar.Count / FamiliarMix.FamiliarShare));
        var mix = FamiliarMix.Interleave(familiar, unfamiliar, length == Length ? Length + Spare : length);
        var names = cluster.Tracks.SelectMany(track => known[track.Id].Artists.Take(1), (track, artist) => (artist, track.Weight))
            .GroupBy(track => track.artist.Id)
            .OrderByDescending(artist => artist.Sum(track => track.Weight)).ThenBy(artist => artist.Key)
            .Take(NamedArtists)
            .Select(artist => artist.First().artist.Name)
            .ToList();
        return new GeneratedList(
            listener.UserId, surface, surface.Name, DescriptionOf(names),
            [.. mix.Select(track => new GeneratedItem(track.Id, track.Reason))])
        {
            Length = length,
        };
    }

    private static string DescriptionOf(IReadOnlyList<string> artists)
    {
        // Descriptions of playlists have a maximum length, and names of artists may be longer.
        const int MaxName = 80;
        var names = artists.Select(name => name.Length <= MaxName ? name : name[..MaxName].TrimEnd() + "…");
        return artists.Count == 0 ? "A mix of your favorites and new songs." : $"{string.Join(", ", names)} and more.";
    }

    private static List<MixTrack> Near(
        TasteCluster cluster, ListenerHistory listener, RecommenderLease model, DateTimeOffset now, Random random)
    {
        var ids = cluster.Tracks.Select(track => track.Id).ToHashSet();
        var input = listener.Input with
        {
            Plays = listener.Input.Plays.ToArray().Where(play => ids.Contains(play.TrackId)).ToArray(),
            ExcludedTracks = (UInt128[])
            [
                .. listener.Input.ExcludedTracks.Span,
                .. listener.Input.Plays.ToArray().Select(play => play.TrackId).Where(track => !ids.Contains(track)),
            ],
            ChosenArtists = default,
            ChosenGenres = [],
        };
        var tracks = model.Model.Tracks;
        var near = model.With(Ranking with { Ensemble = listener.Variant.Ensemble }).Recommend(input, random.Next(), now)
            .Where(pick => pick.Reason.Kind is not (PickKind.Popular or PickKind.Fill))
            .OrderByDescending(pick => pick.Score)
            .Take(2 * NewTracksOf(cluster))
            .ToList();
        return Vary(near, random).ConvertAll(pick => new MixTrack(
            pick.TrackId,
            tracks.TryFind(pick.TrackId, out var row) && tracks.Artist(row) is >= 0 and var artist ? tracks.ArtistId(artist) : null,
            pick.Reason));
    }

    private async Task<List<MixTrack>> PopularAsync(
        TasteCluster cluster,
        ListenerHistory listener,
        IReadOnlyDictionary<UInt128, TrackCredit> known,
        Random random,
        CancellationToken ct)
    {
        var genre = cluster.Tracks.SelectMany(track => known[track.Id].ToTags().Genres, (track, name) => (name, track.Weight))
            .GroupBy(track => track.name, StringComparer.Ordinal)
            .OrderByDescending(of => of.Sum(track => track.Weight)).ThenBy(of => of.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;
        if (genre is null) return [];
        var heard = listener.Input.ExcludedTracks.ToArray().ToHashSet();
        foreach (var play in listener.Input.Plays.Span) heard.Add(play.TrackId);
        var tracks = (await popular.OfGenreAsync(genre, listener.Country, ct)).Where(item => !heard.Contains(item.Track)).ToList();
        var artists = await credits.ReadAsync(tracks.Select(item => item.Track), ct);
        return Vary(
            [
                .. tracks.Where(item => artists.TryGetValue(item.Track, out var credit) && !credit.IsHiddenFor(listener.Input))
                    .Select(item => new MixTrack(item.Track, artists[item.Track].MainArtist, item.Reason ?? new PickReason(PickKind.Fill))),
            ],
            random);
    }

    // Twice as many tracks are candidates, so that they differ from day to day.
    private static int NewTracksOf(TasteCluster cluster) =>
        (int)Math.Ceiling(Math.Min(Length + Spare, cluster.Tracks.Count / FamiliarMix.FamiliarShare) * (1 - FamiliarMix.FamiliarShare));

    // Draws an order in which the best come early more often than others.
    private static List<T> Vary<T>(IReadOnlyList<T> ranked, Random random) =>
        [.. ranked
            .Select((item, rank) => (Item: item, Key: -Math.Log(1 - random.NextDouble()) * (10 + rank)))
            .OrderBy(item => item.Key)
            .Select(item => item.Item)];

    private async Task<ILookup<(string UserId, string Surface), UInt128>> PreviousAsync(string[] users, CancellationToken ct)
    {
        var parameters = new Parameters()
            .AddList("user", users, MaxListeners)
            .AddList("surface", [.. Surface.DailyMixes.Select(surface => surface.Id)], Surface.MaxDailyMixes);
        var tracks = new List<(string UserId, string Surface, UInt128 Track)>();
        await foreach (var row in database.QueryAsync(PreviousMixes, parameters, null, ct))
        {
            if (SpotifyId.TryParse(row.String("PlayableId"), out var track))
                tracks.Add((row.String("UserId"), row.String("Surface"), track));
        }

        return tracks.ToLookup(row => (row.UserId, row.Surface), row => row.Track);
    }
}
