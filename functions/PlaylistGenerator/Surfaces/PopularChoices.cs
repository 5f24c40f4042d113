using Microsoft.Extensions.Logging;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Functions.Listening.Charts;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.Search.Browse;
using Spotify.Recommendations.Ranking;
using Spotify.Search;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>
/// The choice of tracks without a model: popular ones of the listener's favorite genres and market, by the search index and the charts. A
/// source that fails is left out. Each list is read once per instance and some minutes, not per listener.
/// </summary>
internal sealed partial class PopularChoices(
    ISearchIndex index, BrowseLists lists, BrowseCache cache, ChartReader charts, ILogger<PopularChoices> logger)
{
    /// <summary>The number of favorite genres that are used.</summary>
    public const int MaxGenres = 3;

    private const int TracksPerGenre = 100;

    /// <summary>
    /// Returns popular tracks that the listener has neither heard nor saved: in turn one of each favorite genre and one that is popular in
    /// the market. The most popular come first.
    /// </summary>
    public async Task<IReadOnlyList<GeneratedItem>> UnheardAsync(ListenerHistory listener, int count, CancellationToken ct)
    {
        var heard = listener.Input.ExcludedTracks.ToArray().ToHashSet();
        foreach (var play in listener.Input.Plays.Span) heard.Add(play.TrackId);
        var genres = listener.TopGenres.Take(MaxGenres).Select(genre => OfGenreAsync(genre.Genre, listener.Country, ct));
        return Interleave(await Task.WhenAll(genres.Append(InMarketAsync(listener.Country, ct))), heard, count);
    }

    /// <summary>
    /// Returns the popular tracks of a market (null: of all markets), the most popular first: those of the charts, then those of the search
    /// index.
    /// </summary>
    public async Task<IReadOnlyList<GeneratedItem>> InMarketAsync(string? market, CancellationToken ct)
    {
        var reason = new PickReason(PickKind.Popular, Market: market);
        var indexed = TryAsync(async () => Numbers(await lists.PopularTracksAsync(market, ct)), ct);
        var charted = await TryAsync(async () => (await charts.ReadAsync(market, ChartWindow.Day, isTrending: false, ct))
            .Entries.Select(entry => entry.Track), ct);
        return [.. charted.Concat(await indexed).Distinct().Select(track => new GeneratedItem(track, reason))];
    }

    /// <summary>Returns the popular tracks of a genre that are available in a market (null: in any), the most popular first.</summary>
    public async Task<IReadOnlyList<GeneratedItem>> OfGenreAsync(string genre, string? market, CancellationToken ct)
    {
        var reason = new PickReason(PickKind.FamiliarGenre, Genre: genre);
        var key = ("genre tracks", market, genre);
        var tracks = await TryAsync(
            async () => Numbers(await cache.GetAsync(key, read => ReadGenreAsync(genre, market, read), ct)), ct);
        return [.. tracks.Select(track => new GeneratedItem(track, reason))];
    }

    private async Task<IReadOnlyList<string>> ReadGenreAsync(string genre, string? market, CancellationToken ct)
    {
        SearchTerm[] terms = [new SearchTerm(SearchField.Tag, SearchTags.Genre(genre), IsPrefix: false)];
        var found = await index.CandidatesAsync(new SearchQuery([EntityType.Track], [terms], market, TracksPerGenre), ct);
        return [.. found[0].Documents.Select(document => document.Id)];
    }

    private static List<GeneratedItem> Interleave(
        IReadOnlyList<IReadOnlyList<GeneratedItem>> sources, HashSet<UInt128> heard, int count)
    {
        var chosen = new List<GeneratedItem>();
        var positions = new int[sources.Count];
        for (var left = sources.Count; left > 0 && chosen.Count < count;)
        {
            left = sources.Count;
            for (var source = 0; source < sources.Count && chosen.Count < count; source++)
            {
                ref var position = ref positions[source];
                while (position < sources[source].Count && !heard.Add(sources[source][position].Track)) position++;
                if (position < sources[source].Count) chosen.Add(sources[source][position++]);
                else left--;
            }
        }

        return chosen;
    }

    private static List<UInt128> Numbers(IEnumerable<string> ids)
    {
        var numbers = new List<UInt128>();
        foreach (var id in ids)
            if (SpotifyId.TryParse(id, out var number)) numbers.Add(number);
        return numbers;
    }

    private async Task<IEnumerable<UInt128>> TryAsync(Func<Task<IEnumerable<UInt128>>> read, CancellationToken ct)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A list of popular tracks cannot be read and is left out.")]
    private partial void LogFailed(Exception cause);
}
