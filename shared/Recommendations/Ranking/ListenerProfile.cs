using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// A listener in terms of a model: vectors, history, and the filter of the tracks that may be recommended. Used again for the next
/// listener, so that nothing is allocated.
/// </summary>
internal sealed class ListenerProfile : RowFilter
{
    // Enough for sums of as many tracks as fit into memory to be finite.
    private const float MaxWeight = 1e9f;

    // Vectors are far apart in memory, so those of the next rows are requested while one is read.
    private const int PrefetchedRows = 8;

    private readonly TrainedModel model;
    private readonly RankingOptions options;
    private readonly TrackTable tracks;
    private readonly RowMap heard = new();
    private readonly RowMap excludedArtists = new();
    private readonly RowMap excludedAlbums = new();
    private readonly RowMap artists = new();
    private readonly ulong[] genres = new ulong[(ushort.MaxValue + 1) / 64];
    private readonly float[] factors;
    private readonly float[] content;
    private readonly float[] audio;
    private readonly List<int> chosenGenres = [];
    private readonly List<int> chosenArtists = [];
    private Preference[] history = new Preference[512];
    private long[] playedAt = new long[512];
    private int[] recent = new int[512];
    private long[] keys = new long[512];
    private int historyCount;
    private int recentCount;
    private bool hasFactors;
    private bool hasContent;
    private bool hasAudio;
    private bool filterExplicit;
    private bool checksRights;
    private bool isFamiliarWithAny;

    public ListenerProfile(TrainedModel model, RankingOptions options)
    {
        (this.model, this.options, tracks) = (model, options, model.Tracks);
        factors = new float[model.Factors.Dimensions];
        content = new float[model.Content.Dimensions];
        audio = new float[model.Audio?.Dimensions ?? 0];
    }

    /// <summary>The time of the recommendation.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The number of the market; -1 if unknown.</summary>
    public int Market { get; private set; }

    /// <summary>The preferences: the played tracks that the model knows, with a weight other than 0.</summary>
    public ReadOnlySpan<Preference> History => history.AsSpan(0, historyCount);

    /// <summary>The rows of the liked tracks of the history, the last played first.</summary>
    public ReadOnlySpan<int> Recent => recent.AsSpan(0, recentCount);

    /// <summary>The listener's vector in the factor model; empty if there is none.</summary>
    public ReadOnlySpan<float> Factors => hasFactors ? factors : [];

    /// <summary>The mean of the content vectors of the liked and chosen tracks, of length 1; empty if there is none.</summary>
    public ReadOnlySpan<float> Content => hasContent ? content : [];

    /// <summary>The mean of the sounds of the liked and chosen tracks, of length 1; empty if there is none.</summary>
    public ReadOnlySpan<float> Audio => hasAudio ? audio : [];

    /// <summary>The chosen artists that the model knows.</summary>
    public IReadOnlyList<int> ChosenArtists => chosenArtists;

    /// <summary>The chosen genres that the model knows.</summary>
    public IReadOnlyList<int> ChosenGenres => chosenGenres;

    /// <summary>How much is known about what the listener likes, in tracks. A choice says more than a play.</summary>
    public float Evidence => recentCount + (3 * (chosenArtists.Count + chosenGenres.Count));

    /// <summary>Whether any artist or genre is familiar, and enough is known to leave all others to exploration.</summary>
    public bool HasFamiliar => isFamiliarWithAny && Evidence > options.NewListenerPlays;

    /// <summary>Returns whether a genre was played lately or chosen.</summary>
    public bool IsFamiliarGenre(int genre) => (genres[genre / 64] >> (genre % 64) & 1) != 0;

    /// <summary>Returns whether an artist was played lately or chosen.</summary>
    public bool IsFamiliarArtist(int artist) => artists.Contains(artist);

    /// <summary>Returns whether an artist or a genre of a track is familiar.</summary>
    public bool IsFamiliar(int row)
    {
        foreach (var genre in tracks.Genres(row))
            if (IsFamiliarGenre(genre)) return true;
        foreach (var artist in tracks.Artists(row))
            if (artists.Contains(artist)) return true;
        return false;
    }

    /// <summary>Returns whether a track may be recommended: not heard, not excluded, and available.</summary>
    public override bool Matches(int row)
    {
        if (heard.Contains(row) || (filterExplicit && tracks.Explicit(row)) || (checksRights && !tracks.IsAvailable(row, Market, Now)))
            return false;
        return !IsExcluded(row);
    }

    /// <summary>Takes the next listener.</summary>
    public void Load(ListenerInput listener, DateTimeOffset now)
    {
        Clear();
        (Now, Market, filterExplicit, checksRights) = (now, MarketCode.Parse(listener.Market), listener.FilterExplicit, true);
        var lately = (now - TimeSpan.FromDays(Math.Min(options.FamiliarDays, (now - DateTimeOffset.MinValue).TotalDays))).UtcTicks;
        foreach (var id in listener.ExcludedArtists.Span)
            if (tracks.TryFindArtist(id, out var artist)) excludedArtists.TryAdd(artist, 0);
        foreach (var id in listener.ExcludedAlbums.Span)
            if (tracks.TryFindAlbum(id, out var album)) excludedAlbums.TryAdd(album, 0);
        foreach (var (id, weight, time) in listener.Plays.Span)
        {
            if (!tracks.TryFind(id, out var row)) continue;
            var counts = !IsExcluded(row);
            if (counts && time.UtcTicks >= lately) AddFamiliar(row);
            AddPreference(row, counts ? weight : 0, time.UtcTicks);
        }

        foreach (var id in listener.ExcludedTracks.Span)
            if (tracks.TryFind(id, out var row)) heard.TryAdd(row, -1);
        foreach (var id in listener.ChosenArtists.Span)
            if (tracks.TryFindArtist(id, out var artist) && !excludedArtists.Contains(artist)) Choose(chosenArtists, artist);
        foreach (var name in listener.ChosenGenres)
            if (tracks.TryFindGenre(name, out var genre)) Choose(chosenGenres, genre);
        AddChosenFamiliar();
        Complete();
    }

    /// <summary>Takes the next listener, of whom only the preferences are known. All other tracks may be recommended.</summary>
    public void Load(ReadOnlySpan<Preference> preferences) => Load(preferences, -1, DateTimeOffset.UnixEpoch);

    /// <summary>As <see cref="Load(ReadOnlySpan{Preference})"/>, in a market at a time, which determine what is popular.</summary>
    public void Load(ReadOnlySpan<Preference> preferences, int market, DateTimeOffset now)
    {
        Clear();
        (Now, Market, filterExplicit, checksRights) = (now, market, false, false);
        foreach (var (row, weight) in preferences)
        {
            if ((uint)row >= (uint)tracks.Count) throw new ArgumentOutOfRangeException(nameof(preferences), $"There is no track {row}.");
            AddPreference(row, weight, 0);
        }

        Complete();
    }

    /// <summary>Returns the tracks that stand for an artist or genre.</summary>
    public static ReadOnlySpan<int> First(ReadOnlySpan<int> rows) => rows[..Math.Min(rows.Length, 10)];

    // Whether an artist or the album is excluded.
    private bool IsExcluded(int row)
    {
        if (excludedArtists.Count > 0)
        {
            foreach (var artist in tracks.Artists(row))
                if (excludedArtists.Contains(artist)) return true;
        }

        return excludedAlbums.Count > 0 && excludedAlbums.Contains(tracks.Album(row));
    }

    private static void Choose(List<int> chosen, int number)
    {
        const int Most = 50;
        if (chosen.Count < Most && !chosen.Contains(number)) chosen.Add(number);
    }

    private void Clear()
    {
        heard.Clear();
        excludedArtists.Clear();
        excludedAlbums.Clear();
        artists.Clear();
        Array.Clear(genres);
        chosenArtists.Clear();
        chosenGenres.Clear();
        isFamiliarWithAny = false;
        historyCount = 0;
    }

    private void AddFamiliar(int row)
    {
        foreach (var artist in tracks.Artists(row)) artists.TryAdd(artist, 0);
        foreach (var genre in tracks.Genres(row)) genres[genre / 64] |= 1UL << (genre % 64);
        isFamiliarWithAny = true;
    }

    private void AddChosenFamiliar()
    {
        foreach (var artist in chosenArtists)
        {
            artists.TryAdd(artist, 0);
            foreach (var row in First(tracks.ArtistTracks(artist)))
            {
                foreach (var genre in tracks.Genres(row)) genres[genre / 64] |= 1UL << (genre % 64);
            }
        }

        foreach (var genre in chosenGenres) genres[genre / 64] |= 1UL << (genre % 64);
        isFamiliarWithAny |= chosenArtists.Count + chosenGenres.Count > 0;
    }

    private void AddPreference(int row, float weight, long time)
    {
        weight = float.IsFinite(weight) ? Math.Clamp(weight, -MaxWeight, MaxWeight) : 0;
        if (!heard.TryAdd(row, historyCount))
        {
            var index = heard[row];
            history[index] = new Preference(row, Math.Clamp(history[index].Weight + weight, -MaxWeight, MaxWeight));
            playedAt[index] = Math.Max(playedAt[index], time);
            return;
        }

        if (historyCount == history.Length)
        {
            Array.Resize(ref history, historyCount * 2);
            Array.Resize(ref playedAt, historyCount * 2);
            Array.Resize(ref recent, historyCount * 2);
            Array.Resize(ref keys, historyCount * 2);
        }

        history[historyCount] = new Preference(row, weight);
        playedAt[historyCount++] = time;
    }

    private void Complete()
    {
        Shorten();
        recentCount = 0;
        for (var i = 0; i < historyCount; i++)
        {
            if (history[i].Weight <= 0) continue;
            keys[recentCount] = -playedAt[i];
            recent[recentCount++] = i;
        }

        // Without times, the greatest weight comes first.
        if (recentCount > 0 && keys.AsSpan(0, recentCount).IndexOfAnyExcept(keys[0]) < 0)
        {
            for (var i = 0; i < recentCount; i++) keys[i] = -BitConverter.SingleToInt32Bits(history[recent[i]].Weight);
        }

        for (var i = 0; i < recentCount; i++) recent[i] = history[recent[i]].Track;
        keys.AsSpan(0, recentCount).Sort(recent.AsSpan(0, recentCount));
        model.Factors.FoldIn(History, factors);
        hasFactors = factors.AsSpan().IndexOfAnyExcept(0f) >= 0;
        hasContent = Mean(model.Content, content);
        hasAudio = model.Audio is not null && Mean(model.Audio, audio);
    }

    // Drops preferences of weight 0, and all but those with the greatest weights.
    private void Shorten()
    {
        var count = 0;
        for (var i = 0; i < historyCount; i++)
        {
            if (history[i].Weight == 0) continue;
            (history[count], playedAt[count]) = (history[i], playedAt[i]);
            keys[count] = ((long)BitConverter.SingleToInt32Bits(MathF.Abs(history[i].Weight)) << 32) | (uint)count;
            count++;
        }

        historyCount = count;
        if (count <= options.HistoryLength) return;
        keys.AsSpan(0, count).Sort();
        var least = keys[count - options.HistoryLength];
        historyCount = 0;
        for (var i = 0; i < count; i++)
        {
            if ((((long)BitConverter.SingleToInt32Bits(MathF.Abs(history[i].Weight)) << 32) | (uint)i) < least) continue;
            (history[historyCount], playedAt[historyCount]) = (history[i], playedAt[i]);
            historyCount++;
        }
    }

    private bool Mean(VectorTable table, float[] mean)
    {
        Array.Clear(mean);
        for (var i = 0; i < historyCount; i++)
        {
            if (i + PrefetchedRows < historyCount) table.Prefetch(history[i + PrefetchedRows].Track);
            var (row, weight) = history[i];
            // The fourth root, because counts of plays have a heavy tail.
            if (weight > 0) table.AddTo(row, MathF.Sqrt(MathF.Sqrt(weight)), mean);
        }

        foreach (var artist in chosenArtists)
            foreach (var row in First(tracks.ArtistTracks(artist))) table.AddTo(row, 0.5f, mean);
        foreach (var genre in chosenGenres)
            foreach (var row in First(tracks.GenreTracks(genre))) table.AddTo(row, 0.3f, mean);
        var squares = Kernels.Dot(mean, mean);
        if (!(squares > 0)) return false;
        var scale = 1 / MathF.Sqrt(squares);
        foreach (ref var number in mean.AsSpan()) number *= scale;
        return true;
    }
}
