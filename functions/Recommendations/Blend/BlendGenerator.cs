using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Functions.PlaylistGenerator.Writing;
using Spotify.Recommendations.Mixes;

namespace Spotify.Functions.Recommendations.Blend;

/// <summary>
/// A generator of the playlists of blends, once a day. Both listeners have the same tracks, which both may play. Without a model, tastes
/// are compared by genres and artists.
/// </summary>
/// <remarks>
/// The due blends of a listener, up to 20, cost one query, the histories of 21 listeners, and two queries per 500 of their tracks; then two
/// transactions per blend, at the same time.
/// </remarks>
internal sealed class BlendGenerator(
    IDatabase database,
    HistoryReader histories,
    RecommenderSource recommenders,
    TrackCredits credits,
    PlayableTracks catalog,
    GeneratedPlaylists playlists,
    TimeProvider time)
{
    private const int Length = 50;

    private const string Hint = "Play some music, and this playlist has songs for both of you tomorrow.";

    private static readonly Statement Blends = new(
        """
        SELECT Blends.OtherUserId, Blends.Surface, Blends.Period, Counterpart.Period AS OtherPeriod,
          Own.DisplayName, Own.TimeZone, Own.Country,
          Other.DisplayName AS OtherName, Other.TimeZone AS OtherTimeZone, Other.Country AS OtherCountry
        FROM Blends
        JOIN Blends Counterpart ON Counterpart.UserId = Blends.OtherUserId AND Counterpart.OtherUserId = Blends.UserId
        JOIN Users Own ON Own.UserId = Blends.UserId
        JOIN Users Other ON Other.UserId = Blends.OtherUserId
        WHERE Blends.UserId = @user
        """,
        ("user", ColumnType.String));

    /// <summary>Generates the lists of a listener's blends that are due, for both listeners of each.</summary>
    public async Task RefreshAsync(string userId, CancellationToken ct)
    {
        var due = await DueAsync(userId, ct);
        if (due.Count == 0) return;
        var listeners = await ReadAsync([userId, .. due.Select(blend => blend.OtherId)], ct);
        foreach (var blend in due) await GenerateAsync(userId, blend, listeners, ct);
    }

    /// <summary>Generates the lists of a blend if they are due.</summary>
    /// <returns>The playlist of the first listener; null if nothing was written.</returns>
    public async Task<(string PlaylistId, int MatchPercent)?> RefreshAsync(string userId, string otherId, CancellationToken ct)
    {
        var reading = ReadAsync([userId, otherId], ct);
        var due = await DueAsync(userId, ct);
        var listeners = await reading;
        return due.Find(blend => blend.OtherId == otherId) is { } found ? await GenerateAsync(userId, found, listeners, ct) : null;
    }

    private async Task<List<DueBlend>> DueAsync(string userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await database.QueryAsync(Blends, new Parameters { { "user", userId } }, null, ct)
            .Select(row => DueBlend.FromRow(row, now)).Where(blend => blend.IsDue).ToListAsync(ct);
    }

    private async Task<(string PlaylistId, int MatchPercent)?> GenerateAsync(
        string userId, DueBlend blend, Dictionary<string, Member> listeners, CancellationToken ct)
    {
        // Accounts that are being removed have no history.
        if (!listeners.TryGetValue(userId, out var one) || !listeners.TryGetValue(blend.OtherId, out var other)) return null;
        var (taste, version) = await BlendAsync(one, other, blend.Surface + blend.Today, ct);
        var written = await Task.WhenAll(WriteAsync(one, other), WriteAsync(other, one));
        return written[0] is [var playlist] ? (playlist.PlaylistId, taste.MatchPercent) : null;

        Task<IReadOnlyList<WrittenPlaylist>> WriteAsync(Member owner, Member partner)
        {
            var content = ContentOf(taste, blend, isOwn: owner == one) with
            {
                ImageId = one.ImageOf(taste.Tracks), ModelVersion = version,
            };
            return playlists.WriteAsync(
                owner.History.UserId, [content], owner.History.Variant.Name, ct,
                transaction => RecordAsync(transaction, owner, partner, content, taste.MatchPercent));
        }
    }

    private async Task<Dictionary<string, Member>> ReadAsync(IReadOnlyList<string> ids, CancellationToken ct)
    {
        var read = await histories.ReadAsync(ids, ct);
        var liked = read.ToDictionary(history => history, history => LikedTracks.Of(history.Input));
        var tracks = liked.Values.SelectMany(own => own.Select(track => track.Id)).ToHashSet();
        var (known, playable) = (credits.ReadAsync(tracks, ct), catalog.ReadAsync(tracks, ct));
        var (credited, rights, now) = (await known, await playable, time.GetUtcNow());
        return liked.ToDictionary(
            own => own.Key.UserId, own => new Member(own.Key, own.Value, credited, rights, now), StringComparer.Ordinal);
    }

    private async Task<(TasteBlend Blend, string? ModelVersion)> BlendAsync(Member one, Member other, string seed, CancellationToken ct)
    {
        var sides = (One: one.With(other), Other: other.With(one));
        var random = new Random(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(seed))));
        // Ends before the lists are written, so that a new version can be loaded.
        using var lease = await recommenders.TryRentAsync(ct);
        var vectors = lease is null ? TasteVectors.Of(one.TagsWith(other)) : TasteVectors.Of(lease.Model);
        return (TasteBlend.Create(vectors, sides.One, sides.Other, Length, random), lease?.Version);
    }

    private static PlaylistContent ContentOf(TasteBlend taste, DueBlend blend, bool isOwn)
    {
        const int MaxName = 40;
        var (name, otherName) = (Shorten(blend.Name), Shorten(blend.OtherName));
        var (first, second) = isOwn ? (name, otherName) : (otherName, name);
        var description = taste.Tracks.Count == 0
            ? Hint
            : $"Songs for {first} and {second}. Your tastes match by {taste.MatchPercent} %. Updated every day.";
        return new PlaylistContent(
            blend.Surface, blend.Today, $"{first} + {second}", description,
            [.. taste.Tracks.Select(track => new GeneratedItem(track.Id, track.Reason))]);

        static string Shorten(string name) => name.Length <= MaxName ? name : name[..MaxName].TrimEnd() + "…";
    }

    // Nothing is written if the blend has ended since. A blend that has no tracks any more keeps its last list.
    private static async Task<bool> RecordAsync(
        ITransaction transaction, Member owner, Member partner, PlaylistContent content, int matchPercent)
    {
        var key = new Key(owner.History.UserId, partner.History.UserId);
        if (await transaction.ReadAsync(BlendRows.Blends, key) is not { } blend || blend.String("Surface") != content.Surface) return false;
        transaction.Add(Mutation.Update(
            BlendRows.Blends,
            ("UserId", owner.History.UserId), ("OtherUserId", partner.History.UserId), ("Period", content.Period),
            ("MatchPercent", (long)matchPercent)));
        return content.Items.Count > 0 || blend.String("Period").Length == 0;
    }

    // A blend, and the present date: the later one of the two listeners' time zones, so that the first visit of either on a day counts.
    private sealed record DueBlend(string OtherId, string Surface, string Today, bool IsDue, string Name, string OtherName)
    {
        public static DueBlend FromRow(Row row, DateTimeOffset now)
        {
            var own = DateIn(TimeZones.Of(row.StringOrNull("TimeZone"), row.String("Country")));
            var other = DateIn(TimeZones.Of(row.StringOrNull("OtherTimeZone"), row.String("OtherCountry")));
            var today = string.CompareOrdinal(own, other) > 0 ? own : other;
            var isDue = string.CompareOrdinal(row.String("Period"), today) < 0
                || string.CompareOrdinal(row.String("OtherPeriod"), today) < 0;
            return new DueBlend(
                row.String("OtherUserId"), row.String("Surface"), today, isDue, row.String("DisplayName"), row.String("OtherName"));

            string DateIn(TimeZoneInfo zone) =>
                TimeZoneInfo.ConvertTime(now, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
    }

    // A listener of blends, with the tracks of all of them.
    private sealed class Member(
        ListenerHistory history,
        IReadOnlyList<LikedTrack> liked,
        IReadOnlyDictionary<UInt128, TrackCredit> known,
        IReadOnlyDictionary<UInt128, PlayableTrack> playable,
        DateTimeOffset now)
    {
        public ListenerHistory History => history;

        // The listener in the blend with another one, without the tracks that one of them has hidden or may not play.
        public BlendListener With(Member other) => new()
        {
            Liked = [.. liked.Where(track => Allows(track.Id) && other.Allows(track.Id))
                .Select(track => new BlendTrack(track.Id, known[track.Id].MainArtist, track.Weight))],
            Excluded = LikedTracks.DislikedBy(history.Input),
        };

        public Dictionary<UInt128, TrackTags> TagsWith(Member other) => liked.Concat(other.Liked)
            .Select(track => track.Id).Distinct().Where(known.ContainsKey)
            .ToDictionary(track => track, track => known[track].ToTags());

        // The cover of a playlist: that of its first album that has one.
        public string? ImageOf(IEnumerable<MixTrack> tracks) =>
            tracks.Select(track => playable[track.Id].ImageId).FirstOrDefault(image => image is not null);

        private IReadOnlyList<LikedTrack> Liked => liked;

        private bool Allows(UInt128 track) =>
            known.TryGetValue(track, out var credit) && !credit.IsHiddenFor(history.Input)
            && playable.TryGetValue(track, out var rights) && rights.IsPlayable(history.Country, history.FilterExplicit, now);
    }
}
