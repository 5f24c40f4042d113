using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Functions.Recommendations.Seeds;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Seeds;

namespace Spotify.Functions.Recommendations.Radio;

/// <summary>The tracks of a radio.</summary>
/// <param name="Items">The tracks, the seed first if it is a track, with reasons.</param>
/// <param name="ImageId">The image of the seed or of the first track; null if there is none.</param>
/// <param name="ModelVersion">The version of the model; null if there was none.</param>
internal sealed record RadioTracks(IReadOnlyList<GeneratedItem> Items, string? ImageId, string? ModelVersion);

/// <summary>
/// Tracks that continue a seed for a listener: near to the seed, ranked also by the listener's taste, without what the listener excludes.
/// Without a model, popular tracks of the seed's artists and genres. Neither reads nor writes the playlists of radios.
/// </summary>
internal sealed class RadioService(
    RadioSeedReader reader,
    HistoryReader histories,
    RecommenderSource models,
    SeedResolver resolver,
    PopularOfSeeds popular,
    PopularChoices choices,
    PlayableTracks playableTracks,
    CatalogReader catalog,
    TimeProvider time)
{
    /// <summary>The largest number of tracks of a radio.</summary>
    public const int Length = 50;

    // Some may have become unavailable since the model was trained.
    private const int Candidates = Length + 20;

    private const int TracksPerArtist = 5;
    private const float Variety = 0.4f;

    /// <summary>Returns tracks for a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="userId">The listener.</param>
    /// <param name="played">Further tracks that are left out, such as those of the queue.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <returns>The tracks; null if the seed or the listener does not exist, or the listener may not see the seed.</returns>
    public async Task<RadioTracks?> TracksAsync(
        RadioSeed seed, string userId, IReadOnlyCollection<UInt128> played, CancellationToken ct) =>
        await reader.ReadAsync(seed, userId, ct) is { } source
        && await histories.ReadAsync([userId], ct) is [var listener]
            ? await TracksAsync(source, listener, played, ct)
            : null;

    /// <summary>Returns tracks for a seed that has been read.</summary>
    public async Task<RadioTracks> TracksAsync(
        RadioSource source, ListenerHistory listener, IReadOnlyCollection<UInt128> played, CancellationToken ct)
    {
        using var model = await models.TryRentAsync(ct);
        var seeds = await resolver.ResolveAsync(source.Seeds, model?.Model.Tracks, ct);
        var items = model is null ? [] : Recommend(model, source, seeds, listener, played);
        if (items.Count < Length)
        {
            var others = await PopularAsync(source, seeds, listener, ct);
            // A genre without tracks may be a misspelling.
            if (items.Count > 0 || others.AreNear || source.Seed.Kind != RadioSeedKind.Genre) items.AddRange(others.Items);
        }

        var excluded = played.ToHashSet();
        UInt128? first = source.Seed.Kind == RadioSeedKind.Track ? seeds[0].Id : null;
        UInt128[] own = first is { } track ? [track] : [];
        var ids = own.Concat(items.Select(item => item.Track).Where(id => !excluded.Contains(id))).Distinct().ToList();
        var known = await playableTracks.ReadAsync(ids, ct);
        var now = time.GetUtcNow();
        var reasons = items.DistinctBy(item => item.Track).ToDictionary(item => item.Track, item => item.Reason);
        GeneratedItem[] playable =
        [
            .. ids.Where(id => known.TryGetValue(id, out var one) && one.IsPlayable(listener.Country, listener.FilterExplicit, now))
                .Take(Length).Select(id => new GeneratedItem(id, id == first ? null : reasons[id])),
        ];
        var image = source.ImageId ?? (playable is [var opener, ..] ? known[opener.Track].ImageId : null);
        return new RadioTracks(playable, image, model?.Version);
    }

    private List<GeneratedItem> Recommend(
        RecommenderLease model,
        RadioSource source,
        IReadOnlyList<Seed> seeds,
        ListenerHistory listener,
        IReadOnlyCollection<UInt128> played)
    {
        var now = time.GetUtcNow();
        var request = new SeedRequest
        {
            Seeds = seeds,
            Count = Candidates,
            TracksPerArtist = TracksPerArtist,
            Listener = listener.Input,
            Market = listener.Country,
            FilterExplicit = listener.FilterExplicit,
            ExcludedTracks = played.ToArray(),
            Variety = Variety,
        };
        var seed = BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(
            Encoding.UTF8.GetBytes(FormattableString.Invariant($"{listener.UserId}\n{source.Seed.Uri}\n{now:yyyyMMdd}"))));
        var picks = model.SeedsWith(listener.Variant.Ensemble).Recommend(request, seed, now).Picks;
        return [.. picks.Select(pick => new GeneratedItem(pick.TrackId, pick.Reason))];
    }

    // The popular tracks of the seeds, or of the listener's favorite genres, and then those of the market; and whether there are any of the
    // former.
    private async Task<(IEnumerable<GeneratedItem> Items, bool AreNear)> PopularAsync(
        RadioSource source, IReadOnlyList<Seed> seeds, ListenerHistory listener, CancellationToken ct)
    {
        var inMarket = choices.InMarketAsync(listener.Country, ct);
        var near = source.Seed.Kind == RadioSeedKind.User
            ? await popular.OfAsync([Seed.Genre([.. listener.TopGenres.Select(genre => genre.Genre)])], listener.Country, ct)
            : await popular.OfAsync(seeds, listener.Country, ct);
        var found = PopularOfSeeds.InTurn(near, item => item.Track).Concat(await inMarket).DistinctBy(item => item.Track)
            .Take(CatalogReader.MaxIds).ToList();
        var tracks = await catalog.PlayablesAsync([.. found.Select(item => SpotifyId.Format(item.Track))], ct);
        var (excludedTracks, excludedArtists, excludedAlbums) = (
            listener.Input.ExcludedTracks.ToArray(), listener.Input.ExcludedArtists.ToArray(), listener.Input.ExcludedAlbums.ToArray());
        var allowed = found.Where(item => tracks.TryGetValue(SpotifyId.Format(item.Track), out var track)
            && !excludedTracks.Contains(item.Track) && !excludedAlbums.Contains(Number(track.ParentId))
            && !track.Artists.Any(artist => excludedArtists.Contains(Number(artist.Id))));
        return (allowed, near.Any(list => list.Count > 0));
    }

    private static UInt128 Number(string id) => SpotifyId.TryParse(id, out var number) ? number : 0;
}
