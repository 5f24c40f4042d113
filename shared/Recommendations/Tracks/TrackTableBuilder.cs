using System.Runtime.InteropServices;
using System.Text;
using Spotify.Domain.Catalog;

namespace Spotify.Recommendations.Tracks;

/// <summary>Builds a <see cref="TrackTable"/>. A track's row is the number of tracks added before.</summary>
public sealed class TrackTableBuilder
{
    private readonly Dictionary<UInt128, int> rows = [];
    private readonly Dictionary<UInt128, int> artists = [];
    private readonly Dictionary<UInt128, int> albums = [];
    private readonly Dictionary<string, ushort> genres = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> genreSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> marketSets = new(StringComparer.Ordinal);

    private readonly List<UInt128> ids = [];
    private readonly List<UInt128> artistIds = [];
    private readonly List<UInt128> albumIds = [];
    private readonly List<int> artistStarts = [0];
    private readonly List<int> trackArtists = [];
    private readonly List<int> trackAlbums = [];
    private readonly List<int> trackGenreSets = [];
    private readonly List<int> trackMarketSets = [];
    private readonly List<uint> from = [];
    private readonly List<uint> until = [];
    private readonly List<ushort> addedDays = [];
    private readonly List<ushort> years = [];
    private readonly List<ushort> popularities = [];
    private readonly List<ushort> attributes = [];
    private readonly List<TrackFlags> flags = [];
    private readonly List<int> genreSetStarts = [0];
    private readonly List<ushort> genreSetGenres = [];
    private readonly List<byte> genreNames = [];
    private readonly List<ulong> marketBits = [];

    /// <summary>The number of tracks added.</summary>
    public int Count => ids.Count;

    /// <summary>Finds the row of a track that has been added.</summary>
    public bool TryFind(UInt128 id, out int row) => rows.TryGetValue(id, out row);

    /// <summary>Adds a track. Numbers out of range are brought into it. Returns the track's row.</summary>
    /// <exception cref="ArgumentException">A track with the id has been added before, or there are more than 65,535 genres.</exception>
    public int Add(TrackDescription track)
    {
        if (!rows.TryAdd(track.Id, ids.Count)) throw new ArgumentException($"The track {track.Id} was added twice.", nameof(track));
        ids.Add(track.Id);
        foreach (var artist in track.Artists.Distinct()) trackArtists.Add(Number(artists, artistIds, artist));
        artistStarts.Add(trackArtists.Count);
        trackAlbums.Add(track.Album is { } album ? Number(albums, albumIds, album) : -1);
        trackGenreSets.Add(GenreSet(track.Genres));
        trackMarketSets.Add(MarketSetOf(track.Rights.Markets));
        from.Add(track.Rights.From is { } start ? Seconds(start, roundUp: true) : 0);
        until.Add(track.Rights.Until is { } end ? Math.Min(Seconds(end, roundUp: false), uint.MaxValue - 1) : uint.MaxValue);
        addedDays.Add(track.AddedAt is { } added ? (ushort)Math.Clamp(added.ToUnixTimeSeconds() / 86_400, 0, ushort.MaxValue) : (ushort)0);
        years.Add((ushort)Math.Clamp(track.Year, 0, 9999));
        popularities.Add(track.Popularity > 0 ? (ushort)MathF.Round(Math.Min(track.Popularity, 1) * ushort.MaxValue) : (ushort)0);
        AddAttributes(track.Attributes);
        var restricted = track.Rights is not ({ Text: "*" }, null, null);
        flags.Add((track.Explicit ? TrackFlags.Explicit : 0) | (restricted ? TrackFlags.Restricted : 0));
        return ids.Count - 1;
    }

    /// <summary>Returns the table.</summary>
    public TrackTable Build()
    {
        var byPopularity = Enumerable.Range(0, Count).ToArray();
        Array.Sort(popularities.Select((popularity, row) => (-popularity, row)).ToArray(), byPopularity);
        var (artistTrackStarts, artistTracks) = Invert(artists.Count, byPopularity, int.MaxValue, row =>
            CollectionsMarshal.AsSpan(trackArtists)[artistStarts[row]..artistStarts[row + 1]]);
        var (genreTrackStarts, genreTracks) = Invert(genres.Count, byPopularity, TrackTable.MaxTracksPerGenre, row =>
            CollectionsMarshal.AsSpan(genreSetGenres)[genreSetStarts[trackGenreSets[row]]..genreSetStarts[trackGenreSets[row] + 1]]);
        return new TrackTable(new TrackColumns
        {
            Ids = ids.ToArray(),
            IdBuckets = IdTable.Hash(CollectionsMarshal.AsSpan(ids)),
            ArtistStarts = artistStarts.ToArray(),
            Artists = trackArtists.ToArray(),
            Albums = trackAlbums.ToArray(),
            GenreSets = trackGenreSets.ToArray(),
            MarketSets = trackMarketSets.ToArray(),
            From = from.ToArray(),
            Until = until.ToArray(),
            AddedDays = addedDays.ToArray(),
            Years = years.ToArray(),
            Popularities = popularities.ToArray(),
            Attributes = attributes.ToArray(),
            Flags = flags.ToArray(),
            ArtistIds = artistIds.ToArray(),
            ArtistBuckets = IdTable.Hash(CollectionsMarshal.AsSpan(artistIds)),
            ArtistTrackStarts = artistTrackStarts,
            ArtistTracks = artistTracks,
            AlbumIds = albumIds.ToArray(),
            AlbumBuckets = IdTable.Hash(CollectionsMarshal.AsSpan(albumIds)),
            GenreSetStarts = genreSetStarts.ToArray(),
            GenreSetGenres = genreSetGenres.ToArray(),
            GenreNames = genreNames.ToArray(),
            GenreTrackStarts = genreTrackStarts,
            GenreTracks = genreTracks,
            MarketBits = marketBits.ToArray(),
        });
    }

    private static int Number(Dictionary<UInt128, int> numbers, List<UInt128> known, UInt128 id)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, id, out var exists);
        if (!exists)
        {
            number = known.Count;
            known.Add(id);
        }

        return number;
    }

    private static uint Seconds(DateTimeOffset time, bool roundUp)
    {
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks + (roundUp ? TimeSpan.TicksPerSecond - 1 : 0);
        return (uint)Math.Clamp(ticks / TimeSpan.TicksPerSecond, 0, uint.MaxValue);
    }

    private void AddAttributes(IReadOnlyList<(TrackAttribute Attribute, float Value)> known)
    {
        Span<ushort> encoded = stackalloc ushort[TrackAttributes.Count];
        encoded.Fill(TrackAttributes.Unknown);
        foreach (var (attribute, value) in known) encoded[(int)attribute] = TrackAttributes.Encode(attribute, value);
        attributes.AddRange(encoded);
    }

    private int GenreSet(IReadOnlyList<string> names)
    {
        var key = string.Join('\0', names);
        if (genreSets.TryGetValue(key, out var set)) return set;
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (!genres.TryGetValue(name, out var genre))
            {
                if (genres.Count == ushort.MaxValue) throw new ArgumentException("There are more than 65,535 genres.", nameof(names));
                if (name.Contains('\0')) throw new ArgumentException("The name of a genre contains a zero character.", nameof(names));
                genres.Add(name, genre = (ushort)genres.Count);
                genreNames.AddRange(Encoding.UTF8.GetBytes(name + '\0'));
            }

            genreSetGenres.Add(genre);
        }

        genreSetStarts.Add(genreSetGenres.Count);
        genreSets.Add(key, set = genreSets.Count);
        return set;
    }

    private int MarketSetOf(MarketSet markets)
    {
        if (marketSets.TryGetValue(markets.Text, out var set)) return set;
        marketSets.Add(markets.Text, set = marketSets.Count);
        var bits = new ulong[TrackColumns.MarketWords];
        if (markets == MarketSet.Everywhere) Array.Fill(bits, ulong.MaxValue);
        else
        {
            foreach (var market in markets.ToList())
            {
                if (MarketCode.Parse(market) is var code and >= 0) bits[code / 64] |= 1UL << (code % 64);
            }
        }

        marketBits.AddRange(bits);
        return set;
    }

    private delegate ReadOnlySpan<T> KeysOf<T>(int row);

    // For each key the rows that have it, in the given order, and at most so many.
    private static (int[] Starts, int[] Rows) Invert<T>(int keys, int[] order, int most, KeysOf<T> keysOf)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var counts = new int[keys];
        foreach (var row in order)
        {
            foreach (var key in keysOf(row))
            {
                if (counts[int.CreateTruncating(key)] < most) counts[int.CreateTruncating(key)]++;
            }
        }

        var starts = new int[keys + 1];
        for (var key = 0; key < keys; key++) starts[key + 1] = checked(starts[key] + counts[key]);
        var rows = new int[starts[keys]];
        var next = starts[..^1];
        foreach (var row in order)
        {
            foreach (var number in keysOf(row))
            {
                var key = int.CreateTruncating(number);
                if (next[key] < starts[key + 1]) rows[next[key]++] = row;
            }
        }

        return (starts, rows);
    }
}
