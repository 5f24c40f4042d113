using System.Text;

namespace Spotify.Events.Taste;

/// <summary>A play and the properties of its track that show taste.</summary>
/// <param name="EventId">The id of the event, unique among the events of the listener.</param>
/// <param name="EndedAt">When the play ended.</param>
/// <param name="Engagement">The <see cref="Events.Engagement"/>, in thousandths.</param>
public sealed record TastePlay(string EventId, DateTimeOffset EndedAt, int Engagement)
{
    /// <summary>The track; null for episodes, chapters and unknown tracks.</summary>
    public UInt128? Track { get; init; }

    /// <summary>The artists of the track.</summary>
    public IReadOnlyCollection<UInt128> Artists { get; init; } = [];

    /// <summary>The genres of the artists. Names of more than 64 bytes are ignored.</summary>
    public IReadOnlyCollection<string> Genres { get; init; } = [];

    /// <summary>The moods of the playlist that the play was started from. Names of more than 64 bytes are ignored.</summary>
    public IReadOnlyCollection<string> Moods { get; init; } = [];
}

/// <summary>The result of applying a play.</summary>
public enum TasteResult
{
    /// <summary>The state has changed.</summary>
    Applied,

    /// <summary>The play was applied before.</summary>
    Repeated,

    /// <summary>The play ended more than 24 h ago.</summary>
    Late,

    /// <summary>More plays were applied within a day than a person can play.</summary>
    TooMany,
}

/// <summary>
/// The taste of a listener: decayed sums of engagement by track, artist, genre, mood and hour of the day (UTC), and exact totals. Every
/// play counts once, whatever the order and the number of deliveries. Memory and encoded length are bounded. Sums can be compared with
/// other sums of the same term and state only.
/// </summary>
public sealed class TasteState
{
    /// <summary>The maximum length of an encoded state, in bytes. Half of it needs 2,000 plays within a day.</summary>
    public const int MaxEncodedLength = 48_000;

    private const byte Version = 1;
    private const int MaxTracks = 500;
    private const int MaxArtists = 300;
    private const int MaxGenres = 60;
    private const int MaxMoods = 30;
    private const int MaxNameLength = 64;

    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    // Clocks of machines differ, so ids are kept longer than plays are accepted.
    private static readonly TimeSpan KeptIds = MaxAge + TimeSpan.FromHours(1);

    private readonly AppliedEvents applied = new();
    private readonly DecayedCounts<UInt128> tracks = new(MaxTracks, Comparer<UInt128>.Default);
    private readonly DecayedCounts<UInt128> artists = new(MaxArtists, Comparer<UInt128>.Default);
    private readonly DecayedCounts<string> genres = new(MaxGenres, StringComparer.Ordinal);
    private readonly DecayedCounts<string> moods = new(MaxMoods, StringComparer.Ordinal);
    private readonly DecayedCounts<byte> hours = new(24, Comparer<byte>.Default);
    private Landmarks landmarks;

    /// <summary>The number of plays that were applied.</summary>
    public long Plays { get; private set; }

    /// <summary>The exact sum of the engagement of the plays that were applied, in thousandths.</summary>
    public long Engagement { get; private set; }

    /// <summary>The tracks that have sums, up to 500.</summary>
    public IEnumerable<UInt128> TrackIds => tracks.Entries.Select(entry => entry.Key);

    /// <summary>Reads a state that <see cref="Encode"/> has written.</summary>
    /// <exception cref="InvalidDataException">The bytes are corrupt.</exception>
    /// <exception cref="NotSupportedException">Another version has written the bytes.</exception>
    public static TasteState Decode(byte[] bytes)
    {
        var reader = new DocumentReader(bytes, Version);
        var state = new TasteState { Plays = reader.ReadNumber(), Engagement = reader.ReadSigned() };
        state.landmarks = new Landmarks(reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber());
        state.applied.Read(reader);
        Read(reader, state.tracks, MaxTracks, id => id.ReadUInt128());
        Read(reader, state.artists, MaxArtists, id => id.ReadUInt128());
        Read(reader, state.genres, MaxGenres, name => name.ReadString());
        Read(reader, state.moods, MaxMoods, name => name.ReadString());
        Read(reader, state.hours, 24, hour => hour.ReadByte());
        reader.End();
        return state;
    }

    /// <summary>Returns the state in a compact format. Sums have 24 significant bits there.</summary>
    public byte[] Encode()
    {
        var writer = new DocumentWriter(Version);
        writer.WriteNumber(Plays);
        writer.WriteSigned(Engagement);
        writer.WriteNumber(landmarks.Short);
        writer.WriteNumber(landmarks.Medium);
        writer.WriteNumber(landmarks.Long);
        applied.Write(writer);
        Write(writer, tracks, writer.Write);
        Write(writer, artists, writer.Write);
        Write(writer, genres, writer.Write);
        Write(writer, moods, writer.Write);
        Write(writer, hours, writer.Write);
        return writer.ToDocument();
    }

    /// <summary>Applies a play that is not late, if it was not applied before.</summary>
    /// <param name="play">The play.</param>
    /// <param name="now">The time. The clocks of callers may differ by up to an hour.</param>
    public TasteResult Apply(TastePlay play, DateTimeOffset now)
    {
        if (play.EndedAt < now - MaxAge) return TasteResult.Late;
        applied.RemoveBefore(now - KeptIds);
        var id = AppliedEvents.HashOf(play.EventId);
        if (applied.Contains(id)) return TasteResult.Repeated;
        if (applied.IsFull) return TasteResult.TooMany;

        var endedAt = play.EndedAt < now ? play.EndedAt : now;
        applied.Add(id, endedAt);
        Plays++;
        Engagement += play.Engagement;
        if (play.Engagement != 0) Count(play, endedAt);
        return TasteResult.Applied;
    }

    /// <summary>Removes tracks and artists.</summary>
    public void Remove(Predicate<UInt128> isRemovedTrack, Predicate<UInt128> isRemovedArtist)
    {
        tracks.Remove(isRemovedTrack);
        artists.Remove(isRemovedArtist);
    }

    /// <summary>Returns up to 500 tracks with positive sums, the favorite first.</summary>
    public IReadOnlyList<(UInt128 Item, double Sum)> Tracks(TasteTerm term) => tracks.Top(term);

    /// <summary>
    /// Returns the tracks with positive sums as they are at a time, in no particular order: the sum of engagement (1 is a completed play)
    /// for a half-life, and the age at which a single play would have the sums. The sums are interpolated between those of the terms, which
    /// is exact for plays of one age.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="halfLifeDays">
    /// The half-life in days, between those of <see cref="TasteTerm.Medium"/> and <see cref="TasteTerm.Long"/>.
    /// </param>
    public IEnumerable<(UInt128 Track, double Sum, TimeSpan Age)> TracksAt(DateTimeOffset now, double halfLifeDays)
    {
        var one = landmarks.WeightsAt(now);
        foreach (var (track, sums) in tracks.Entries)
        {
            var (medium, @long) = (sums.Medium / one.Medium, sums.Long / one.Long);
            if (!(medium > 0 && @long > 0)) continue;
            yield return (track, Landmarks.Interpolate(medium, @long, halfLifeDays), Landmarks.AgeOf(medium, @long));
        }
    }

    /// <summary>Returns up to 300 artists with positive sums, the favorite first.</summary>
    public IReadOnlyList<(UInt128 Item, double Sum)> Artists(TasteTerm term) => artists.Top(term);

    /// <summary>Returns up to 60 genres with positive sums, the favorite first.</summary>
    public IReadOnlyList<(string Item, double Sum)> Genres(TasteTerm term) => genres.Top(term);

    /// <summary>Returns up to 30 moods with positive sums, the favorite first.</summary>
    public IReadOnlyList<(string Item, double Sum)> Moods(TasteTerm term) => moods.Top(term);

    /// <summary>Returns the hours of the day (UTC) with positive sums, the favorite first.</summary>
    public IReadOnlyList<(byte Item, double Sum)> Hours(TasteTerm term) => hours.Top(term);

    private void Count(TastePlay play, DateTimeOffset endedAt)
    {
        var next = landmarks.At(endedAt);
        if (next != landmarks)
        {
            var factors = next.FactorsFrom(landmarks);
            tracks.Scale(factors);
            artists.Scale(factors);
            genres.Scale(factors);
            moods.Scale(factors);
            hours.Scale(factors);
            landmarks = next;
        }

        var engagement = play.Engagement / 1000.0;
        var weights = landmarks.WeightsAt(endedAt) * new Weights(engagement, engagement, engagement);
        if (play.Track is { } track) tracks.Add(track, weights);
        foreach (var artist in play.Artists) artists.Add(artist, weights);
        foreach (var genre in play.Genres.Where(IsShort)) genres.Add(genre, weights);
        foreach (var mood in play.Moods.Where(IsShort)) moods.Add(mood, weights);
        hours.Add((byte)endedAt.UtcDateTime.Hour, weights);
    }

    private static bool IsShort(string name) => name.Length <= MaxNameLength && Encoding.UTF8.GetByteCount(name) <= MaxNameLength;

    private static void Write<TItem>(DocumentWriter writer, DecayedCounts<TItem> counts, Action<TItem> write) where TItem : notnull
    {
        writer.WriteNumber(counts.Count);
        foreach (var (item, sums) in counts.Entries)
        {
            write(item);
            writer.Write((float)sums.Short);
            writer.Write((float)sums.Medium);
            writer.Write((float)sums.Long);
        }
    }

    private static void Read<TItem>(DocumentReader reader, DecayedCounts<TItem> counts, int max, Func<DocumentReader, TItem> read)
        where TItem : notnull
    {
        for (var left = reader.ReadLength(max); left > 0; left--)
            counts.Restore(read(reader), new Weights(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle()));
    }
}
