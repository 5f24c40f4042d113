using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Recommendations.Prompts;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;
using Spotify.Search;
using Spotify.Web.Requests;

namespace Spotify.Functions.Recommendations.Prompts;

/// <summary>
/// The choice of the tracks of a prompt that the listener may play. Genres, years and exclusions must be met. The limits of attributes
/// give way if too few tracks are within them. Without a model, or if no track meets the prompt, tracks are chosen by popularity.
/// </summary>
internal sealed class PromptTracks(ISearchIndex index, CatalogReader catalog, PopularChoices popular, PlayableTracks playable)
{
    // Of the documents of the search index, some have an excluded genre or artist, and some can no longer be played.
    private const int DocumentsPerTrack = 5;

    private const int MaxGenres = 20;

    /// <summary>Returns tracks in the order of the playlist.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="artists">The ids of the artists that the prompt names, by name.</param>
    /// <param name="history">The listener; null if nothing is known.</param>
    /// <param name="recommenders">The model; null if there is none.</param>
    /// <param name="count">The number of tracks.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the choice.</param>
    public async Task<IReadOnlyList<UInt128>> ChooseAsync(
        Prompt prompt,
        IReadOnlyDictionary<string, string> artists,
        ListenerHistory? history,
        RecommenderLease? recommenders,
        int count,
        Viewer viewer,
        CancellationToken ct)
    {
        var filterExplicit = viewer.ExplicitFilter || prompt.WithoutExplicit;
        var chosen = recommenders is null ? [] : Recommend(prompt, artists, history, recommenders, count, filterExplicit, viewer);
        var tracks = await PlayableAsync(chosen);
        if (tracks.Count == 0) tracks = await PlayableAsync(await FindAsync(prompt, artists, viewer.Market, count, ct));
        if (tracks.Count == 0 && viewer.Market is { } market) tracks = await PlayableAsync(await PopularAsync(history, market, count, ct));
        return tracks;

        async Task<IReadOnlyList<UInt128>> PlayableAsync(IReadOnlyList<UInt128> ids)
        {
            var known = await playable.ReadAsync(ids, ct);
            return
            [
                .. ids.Where(id => known.TryGetValue(id, out var track)
                    && track.IsPlayable(viewer.Market ?? "", filterExplicit, viewer.Now)).Take(count),
            ];
        }
    }

    private static List<UInt128> Recommend(
        Prompt prompt,
        IReadOnlyDictionary<string, string> artists,
        ListenerHistory? history,
        RecommenderLease recommenders,
        int count,
        bool filterExplicit,
        Viewer viewer)
    {
        var request = new SeedRequest
        {
            Seeds =
            [
                .. Numbers(prompt.Artists).Select(artist => Seed.Artist(artist)),
                .. prompt.Genres.Take(MaxGenres).Select(genre => Seed.Genre(genre)),
            ],
            Attributes = prompt.Attributes,
            FirstYear = prompt.FromYear,
            LastYear = prompt.ToYear,
            Genres = prompt.Genres,
            ExcludedGenres = prompt.ExcludedGenres,
            // Some may have become unavailable since the model was trained.
            Count = (count * 3 / 2) + 10,
            TracksPerArtist = Math.Max(2, count / 10),
            Market = viewer.Market,
            FilterExplicit = filterExplicit,
            ExcludedArtists = Numbers(prompt.ExcludedArtists),
            Listener = history?.Input,
        };
        var chosen = Picks(request).ToList();
        if (chosen.Count < count && prompt.Attributes.Any(range => range.Min is not null || range.Max is not null))
        {
            var targets = prompt.Attributes
                .Select(range => new AttributeRange(range.Attribute, Target: range.Target ?? range.Min ?? range.Max));
            chosen = [.. chosen.Union(Picks(request with { Attributes = [.. targets] }))];
        }

        return chosen;

        IEnumerable<UInt128> Picks(SeedRequest wanted) =>
            recommenders.SeedsWith().Recommend(wanted, seed: 0, viewer.Now).Picks.Select(pick => pick.TrackId);

        UInt128[] Numbers(IEnumerable<string> names) => [.. names.Select(name => SpotifyId.TryParse(artists[name], out var id) ? id : 0)];
    }

    // The most popular tracks of the artists, and of the genres and years.
    private async Task<IReadOnlyList<UInt128>> FindAsync(
        Prompt prompt, IReadOnlyDictionary<string, string> artists, string? market, int count, CancellationToken ct)
    {
        var ofArtists = Task.WhenAll(prompt.Artists.Select(name => catalog.TopTracksAsync(artists[name], market, count, ct)));
        var found = new List<string>();
        var groups = new List<IReadOnlyList<SearchTerm>>();
        if (prompt.Genres.Count > 0) groups.Add(Terms(prompt.Genres.Take(MaxGenres).Select(SearchTags.Genre)));
        if (prompt.FromYear is not null || prompt.ToYear is not null)
            groups.Add(Terms(SearchTags.YearRange(prompt.FromYear ?? 1860, prompt.ToYear ?? 2100)));
        if (groups.Count > 0)
        {
            var limit = Math.Min(SearchQuery.MaxLimit, count * DocumentsPerTrack);
            var documents = (await index.CandidatesAsync(new SearchQuery([EntityType.Track], groups, market, limit), ct))[0].Documents;
            var excluded = prompt.ExcludedGenres.Select(SearchTags.Genre).ToHashSet(StringComparer.Ordinal);
            var excludedArtists = prompt.ExcludedArtists.Select(name => artists[name]).ToHashSet(StringComparer.Ordinal);
            found.AddRange(documents
                .Where(document => !document.Tags.Split(' ').Any(excluded.Contains))
                .Where(document => !document.ArtistIds.Split(' ').Any(excludedArtists.Contains))
                .Select(document => document.Id));
        }

        var first = (await ofArtists).SelectMany(tracks => tracks).Where(track => IsOfYears(track.ReleaseDate)).Select(track => track.Id);
        return [.. first.Concat(found).Distinct(StringComparer.Ordinal).Select(id => SpotifyId.TryParse(id, out var number) ? number : 0)];

        bool IsOfYears(string date) =>
            !int.TryParse(date.AsSpan(0, Math.Min(4, date.Length)), out var year)
            || (year >= (prompt.FromYear ?? year) && year <= (prompt.ToYear ?? year));

        static SearchTerm[] Terms(IEnumerable<string> tags) =>
            [.. tags.Select(tag => new SearchTerm(SearchField.Tag, tag, IsPrefix: false)).Take(SearchQuery.MaxTerms)];
    }

    private async Task<IReadOnlyList<UInt128>> PopularAsync(ListenerHistory? history, string market, int count, CancellationToken ct)
    {
        var items = history is null ? [] : await popular.UnheardAsync(history, count * 2, ct);
        if (items.Count == 0) items = await popular.InMarketAsync(market, ct);
        return [.. items.Select(item => item.Track)];
    }
}
