using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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
/// Tracks that continue a seed for a listener: near to the seed, ranked also by the listener's taste, without the listener's exclusions.
/// Without a model, popular tracks of the seed's artists and genres. Neither reads nor writes the playlists of radios.
/// </summary>
internal sealed class RadioService(
    RecommenderSource models,
    SeedResolver resolver,
    PopularOfSeeds popular,
    PopularChoices choices,
    PlayableTracks playableTracks,
    TrackCredits credits,
    TimeProvider time)
{
    /// <summary>The largest number of tracks of a radio.</summary>
    public const int Length = 50;

    // Some may have become unavailable since the model was trained.
    private const int Candidates = Length + 20;

    // Some may not be playable, or be hidden by the listener.
    private const int MaxPopular = 2 * Length;

    private const int TracksPerArtist = 5;
    private const float Variety = 0.4f;

    /// <summary>Returns tracks for a seed.</summary>
    /// <param name="source">The seed.</param>
    /// <param name="reading">The listener, whose history is read at the same time as the catalog.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task<RadioTracks> TracksAsync(RadioSource source, Task<ListenerHistory> reading, CancellationToken ct)
    {
        using var model = await models.TryRentAsync(ct);
        var seeds = await resolver.ResolveAsync(source.Seeds, model?.Model.Tracks, ct);
        var listener = await reading;
        var items = model is null ? [] : Recommend(model, source, seeds, listener);
        List<GeneratedItem> others = [];
        if (items.Count < Length)
        {
            (others, var areNear) = await PopularAsync(source, seeds, listener, ct);
            // A genre without tracks may be a misspelling.
            if (items.Count == 0 && !areNear && source.Seed.Kind == RadioSeedKind.Genre) others.Clear();
        }

        UInt128? first = source.Seed.Kind == RadioSeedKind.Track ? seeds[0].Id : null;
        UInt128[] own = first is { } track ? [track] : [];
        var reasons = items.Concat(others).DistinctBy(item => item.Track).ToDictionary(item => item.Track, item => item.Reason);
        var ids = own.Concat(reasons.Keys).Distinct().ToList();
        var credited = credits.ReadAsync(others.Select(item => item.Track), ct);
        var known = await playableTracks.ReadAsync(ids, ct);
        var (creditOf, now) = (await credited, time.GetUtcNow());
        GeneratedItem[] playable =
            [.. ids.Where(IsAllowed).Take(Length).Select(id => new GeneratedItem(id, id == first ? null : reasons[id]))];
        var image = source.ImageId ?? (playable is [var opener, ..] ? known[opener.Track].ImageId : null);
        return new RadioTracks(playable, image, model?.Version);

        bool IsAllowed(UInt128 id) =>
            known.TryGetValue(id, out var track) && track.IsPlayable(listener.Country, listener.FilterExplicit, now)
            && (id == first || !creditOf.TryGetValue(id, out var credit) || !credit.IsHiddenFor(listener.Input));
    }

    private List<GeneratedItem> Recommend(
        RecommenderLease model,
        RadioSource source,
        IReadOnlyList<Seed> seeds,
        ListenerHistory listener)
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
            Variety = Variety,
        };
        var seed = BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(
            Encoding.UTF8.GetBytes(FormattableString.Invariant($"{listener.UserId}\n{source.Seed.Uri}\n{now:yyyyMMdd}"))));
        var picks = model.SeedsWith(listener.Variant.Ensemble).Recommend(request, seed, now).Picks;
        return [.. picks.Select(pick => new GeneratedItem(pick.TrackId, pick.Reason))];
    }

    // Returns the popular tracks of the seeds, or of the listener's favorite genres, and then those of the market; and whether the seeds or
    // genres have any.
    private async Task<(List<GeneratedItem> Items, bool AreNear)> PopularAsync(
        RadioSource source, IReadOnlyList<Seed> seeds, ListenerHistory listener, CancellationToken ct)
    {
        var inMarket = choices.InMarketAsync(listener.Country, ct);
        if (source.Seed.Kind == RadioSeedKind.User) seeds = [Seed.Genre([.. listener.TopGenres.Select(genre => genre.Genre)])];
        var near = await popular.OfAsync(seeds, listener.Country, ct);
        var hidden = listener.Input.ExcludedTracks.ToArray();
        var found = PopularOfSeeds.InTurn(near, item => item.Track).Concat(await inMarket).DistinctBy(item => item.Track)
            .Where(item => !hidden.Contains(item.Track)).Take(MaxPopular);
        return ([.. found], near.Any(list => list.Count > 0));
    }
}
