using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>
/// Recommendations from seeds, for listeners and apps. Without a model, they are popular tracks of the seeds' artists and genres.
/// </summary>
internal sealed class RecommendationService(
    RecommenderSource models,
    SeedResolver resolver,
    ListenerWishes listenerWishes,
    PopularOfSeeds popular,
    PopularChoices choices,
    CatalogService service,
    CatalogReader catalog,
    IDatabase database)
{
    // So much that some other tracks are recommended on another day.
    private const float Variety = 0.2f;

    /// <summary>Returns recommendations.</summary>
    public async Task<RecommendationsObject> RecommendAsync(RecommendationQuery query, Viewer viewer, CancellationToken ct)
    {
        var reading = listenerWishes.OfAsync(viewer.Caller.UserId, ct);
        using var model = await models.TryRentAsync(ct);
        var inMarket = model is null ? choices.InMarketAsync(viewer.Market, ct) : null;
        var seeds = await resolver.ResolveAsync(SeedsOf(query), model?.Model.Tracks, ct);
        IReadOnlyList<SeedPool> pools;
        IReadOnlyList<TrackObject> tracks;
        if (model is null)
        {
            (var found, pools) = await WithoutModelAsync(query, seeds, inMarket!, reading, viewer, ct);
            tracks = await service.WithAlbumsAsync(found, viewer, ct);
        }
        else
        {
            var wishes = await reading;
            (var ids, pools) = Recommend(model, query, seeds, wishes, viewer);
            tracks = await service.FirstPlayableAsync(ids, query.Limit, track => IsWished(track, query, wishes), viewer, ct);
        }

        var names = query.Artists.Concat(query.Genres).Concat(query.Tracks);
        return new RecommendationsObject(
            [.. names.Zip(seeds, pools).Select(one => SeedObject(one.First, one.Second, one.Third, viewer))], tracks);
    }

    // The model knows duration and popularity as they were when it was trained, and the duration to within 50 ms.
    private static bool IsWished(Playable track, RecommendationQuery query, Wishes wishes) =>
        !IsExcluded(track, wishes) && query.Attributes.All(range => range.Attribute switch
        {
            TrackAttribute.DurationMs => range.Contains(track.DurationMs),
            TrackAttribute.Popularity => range.Contains(track.Popularity),
            _ => true,
        });

    private static bool IsExcluded(Playable track, Wishes wishes) =>
        wishes.Tracks.Contains(Number(track.Id)) || wishes.Albums.Contains(Number(track.ParentId))
        || track.Artists.Any(artist => wishes.Artists.Contains(Number(artist.Id)));

    private static UInt128 Number(string id) => SpotifyId.TryParse(id, out var number) ? number : 0;

    private static List<Seed> SeedsOf(RecommendationQuery query) =>
    [
        .. query.Artists.Select(id => Seed.Artist(Number(id))),
        .. query.Genres.Select(genre => Seed.Genre(genre)),
        .. query.Tracks.Select(id => Seed.Track(Number(id))),
    ];

    private static RecommendationSeedObject SeedObject(string name, Seed seed, SeedPool pool, Viewer viewer)
    {
        var type = seed.Kind switch
        {
            SeedKind.Artist => "artist",
            SeedKind.Track => "track",
            _ => "genre",
        };
        var href = SpotifyUri.TryParseType(type, out var entity) ? viewer.Links.Href(entity, name) : null;
        return new RecommendationSeedObject(pool.AfterFiltering, pool.AfterRelinking, href, name, pool.Initial, type);
    }

    private static (IReadOnlyList<string> Ids, IReadOnlyList<SeedPool> Pools) Recommend(
        RecommenderLease model, RecommendationQuery query, IReadOnlyList<Seed> seeds, Wishes wishes, Viewer viewer)
    {
        var request = new SeedRequest
        {
            Seeds = seeds,
            Attributes = query.Attributes,
            // Some may have become unavailable since the model was trained.
            Count = (query.Limit * 3 / 2) + 10,
            Market = viewer.Market,
            FilterExplicit = viewer.ExplicitFilter,
            ExcludedTracks = wishes.Tracks.ToArray(),
            ExcludedArtists = wishes.Artists.ToArray(),
            ExcludedAlbums = wishes.Albums.ToArray(),
            Variety = Variety,
        };
        var result = model.SeedsWith().Recommend(request, DailySeed(viewer), viewer.Now);
        return ([.. result.Picks.Select(pick => SpotifyId.Format(pick.TrackId))], result.Pools);
    }

    // The same request has the same response for a day.
    private static int DailySeed(Viewer viewer) => BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{viewer.Now:yyyyMMdd}\n{viewer.Caller.UserId}"))));

    private async Task<(IReadOnlyList<Playable> Tracks, IReadOnlyList<SeedPool> Pools)> WithoutModelAsync(
        RecommendationQuery query,
        IReadOnlyList<Seed> seeds,
        Task<IReadOnlyList<GeneratedItem>> inMarket,
        Task<Wishes> reading,
        Viewer viewer,
        CancellationToken ct)
    {
        var lists = await popular.OfAsync(seeds, viewer.Market, ct);
        var (others, wishes) = (await inMarket, await reading);
        var found = PopularOfSeeds.InTurn(lists, item => item.Track).ToList();
        // Seeds about which nothing is known have no recommendations, with or without a model.
        if (found.Count > 0) found.AddRange(others);
        var own = seeds.Where(seed => seed.Kind == SeedKind.Track).Select(seed => seed.Id).ToHashSet();
        string[] ids =
        [
            .. found.Select(item => item.Track).Distinct().Where(track => !own.Contains(track)).Take(CatalogReader.MaxIds)
                .Select(SpotifyId.Format),
        ];
        var playables = catalog.PlayablesAsync(ids, ct);
        var features = query.Attributes.Any(range => range.Attribute is not (TrackAttribute.DurationMs or TrackAttribute.Popularity))
            ? await AudioFeatureRows.FindAsync(database, ids, ct)
            : [];
        var tracks = (await playables).Values.ToDictionary(track => track.Id, StringComparer.Ordinal);
        var available = tracks.Values
            .Where(track => !(track.Explicit && viewer.ExplicitFilter)
                && viewer.Restricts(track.Rights, track.Explicit) == Restriction.None)
            .Select(track => track.Id).ToHashSet(StringComparer.Ordinal);
        var wished = available.Where(id => !IsExcluded(tracks[id], wishes) && query.Attributes.All(range =>
            (range.Min ?? range.Max) is null || range.Contains(ValueOf(range.Attribute, id)))).ToHashSet(StringComparer.Ordinal);
        var ordered = ids.Where(wished.Contains)
            .OrderBy(id => query.Attributes.Sum(range => range.Distance(ValueOf(range.Attribute, id))))
            .Take(query.Limit).Select(id => tracks[id]);
        return ([.. ordered], [.. lists.Select(PoolOf)]);

        float ValueOf(TrackAttribute attribute, string id) =>
            AttributeValues.Of(attribute, tracks[id], features.GetValueOrDefault(id)?.Features);

        SeedPool PoolOf(IReadOnlyList<GeneratedItem> list)
        {
            var all = list.Select(item => SpotifyId.Format(item.Track)).Where(tracks.ContainsKey).ToList();
            return new SeedPool(all.Count, all.Count(available.Contains), all.Count(wished.Contains));
        }
    }
}
