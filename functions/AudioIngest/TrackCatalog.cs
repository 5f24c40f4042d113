using Spotify.Audio;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.ObjectRemovals;
using Spotify.Functions.SearchUpdates;
using Spotify.Search;

namespace Spotify.Functions.AudioIngest;

/// <summary>The stored audio of a track.</summary>
/// <param name="Revision">The reserved revision, which is part of the object names.</param>
/// <param name="DurationMs">The duration in ms.</param>
/// <param name="Encodings">The encodings.</param>
/// <param name="GainDb">The gain to the reference loudness, in dB.</param>
/// <param name="PeakDb">The true peak in dB relative to full scale; null for silence.</param>
/// <param name="Features">The features; null if they are extracted later.</param>
public sealed record TrackAudio(
    string Revision,
    int DurationMs,
    IReadOnlyList<AudioEncoding> Encodings,
    double GainDb,
    double? PeakDb,
    AudioFeatures? Features);

/// <summary>A track to be written to the catalog.</summary>
/// <param name="Plan">The plan of its file.</param>
/// <param name="Track">The description from its file.</param>
/// <param name="ImageId">The id of its stored cover; null if there is none.</param>
/// <param name="Audio">The new audio; null to keep the stored audio.</param>
public sealed record TrackEntry(SourcePlan Plan, TrackDescription Track, string? ImageId, TrackAudio? Audio);

/// <summary>
/// A writer of imported tracks to the catalog. A track, its artists, its album, its source and the removal of its previous revision are
/// written in one transaction. Values that do not come from files (popularity, followers, markets) are kept.
/// </summary>
public sealed class TrackCatalog(IDatabase database, TimeProvider time)
{
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Table Albums = Schema.Current.Table("Albums");
    private static readonly Table Playables = Schema.Current.Table("Playables");
    private static readonly Table TrackDetails = Schema.Current.Table("TrackDetails");

    private static readonly Statement TracksOfAlbum = new(
        "SELECT PlayableId, DiscNumber, Number, ReleaseDate, ImageId FROM Playables WHERE ParentId = @album", ("album", ColumnType.String));

    /// <summary>Selects the artists of the tracks of an album.</summary>
    internal static readonly Statement CreditsOfAlbum = new(
        """
        SELECT Credits.PlayableId, Credits.Position, Artists.ArtistId, Artists.Name
        FROM Playables JOIN Credits ON Credits.PlayableId = Playables.PlayableId JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        WHERE Playables.ParentId = @album ORDER BY Credits.PlayableId, Credits.Position
        """,
        ("album", ColumnType.String));

    /// <summary>Writes a track. The track is durable when the task completes.</summary>
    /// <param name="entry">The track.</param>
    /// <param name="ct">Cancels the transaction.</param>
    /// <param name="within">Runs first in the same transaction.</param>
    /// <exception cref="IngestException">
    /// The reservation of the revision has expired, or there is no stored audio to keep.
    /// </exception>
    public Task WriteAsync(TrackEntry entry, CancellationToken ct, Func<ITransaction, Task>? within = null) => database.TransactAsync(
        async transaction =>
        {
            if (within is not null) await within(transaction);
            await new Writing(transaction, entry, time.GetUtcNow()).RunAsync();
            return true;
        },
        ct);

    private sealed class Writing(ITransaction transaction, TrackEntry entry, DateTimeOffset now)
    {
        private readonly TrackDescription track = entry.Track;
        private readonly string id = entry.Plan.Source.PlayableId;
        private readonly Dictionary<string, ArtistDescription> described = new(StringComparer.Ordinal);
        private IReadOnlyList<ArtistCredit> artists = [];
        private IReadOnlyList<ArtistCredit> albumArtists = [];

        public async Task RunAsync()
        {
            var stored = await transaction.ReadAsync(Playables, new Key(id));
            var durationMs = entry.Audio?.DurationMs
                ?? stored?.Int32("DurationMs")
                ?? throw new IngestException("The track was deleted from the catalog during the import.") { IsTransient = true };
            artists = await ResolveAsync(track.Artists);
            albumArtists = await ResolveAsync(track.Album.Artists);
            var (album, credited) = await AlbumAsync();
            var emptiedAlbumId = await EmptiedAlbumAsync(stored);
            var kept = artists.Concat(album.Artists).Select(artist => artist.Id);
            var orphanedArtists = await OrphanedArtists.FindAsync(transaction, id, album.Id, emptiedAlbumId, kept);

            if (stored?.String("ParentId") is { } before && before != album.Id) await Discographies.LeaveAsync(transaction, id, before);

            foreach (var artist in artists) await WriteArtistAsync(artist, track.Genres, isEdited: stored is not null);
            foreach (var artist in album.Artists.ExceptBy(artists.Select(credited => credited.Id), artist => artist.Id))
                await WriteArtistAsync(artist, [], isEdited: stored is not null);
            Add(CatalogWriter.Write(album, credited));
            Add(CatalogWriter.Write(Playable(stored, durationMs), track.Album.Name, track.Composers, album.Genres));
            transaction.Add(Mutation.Upsert(
                TrackDetails,
                ("PlayableId", id), ("Composers", string.Join('\n', track.Composers)), ("Lyrics", track.Lyrics),
                ("RecordingId", track.RecordingId)));
            if (entry.Audio is not null) await WriteAudioAsync(entry.Audio, stored);
            await WriteAlbumLoudnessAsync(stored, durationMs);
            Add(entry.Plan.Stale.Select(stale => stale.Delete()));
            transaction.Add(entry.Plan.Source.Write());

            if (emptiedAlbumId.Length > 0) Remove(Albums, EntityType.Album, emptiedAlbumId);
            foreach (var artist in orphanedArtists) Remove(Artists, EntityType.Artist, artist);
        }

        private async Task<(Album Album, IEnumerable<ArtistCredit> Credited)> AlbumAsync()
        {
            var parameters = new Parameters { { "album", track.Album.Id } };
            var credits = (await transaction.QueryAsync(CreditsOfAlbum, parameters).ToListAsync())
                .ToLookup(
                    row => row.String("PlayableId"),
                    row => new ArtistCredit(row.String("ArtistId"), row.String("Name")),
                    StringComparer.Ordinal);
            var before = await transaction.QueryAsync(TracksOfAlbum, parameters)
                .Select(row => new AlbumTrack(
                    row.String("PlayableId"),
                    row.Int32("DiscNumber"),
                    row.Int32("Number"),
                    row.String("ReleaseDate"),
                    row.StringOrNull("ImageId"),
                    [.. credits[row.String("PlayableId")]]))
                .ToListAsync();
            var row = await transaction.ReadAsync(Albums, new Key(track.Album.Id));
            var stored = row is null ? null : new Album(
                track.Album.Id,
                row.String("AlbumType"),
                row.String("Name"),
                row.String("ReleaseDate"),
                row.String("Label"),
                Lines(row.String("Copyrights")),
                Lines(row.String("Genres")),
                row.StringOrNull("Upc"),
                row.Int32("Popularity"),
                new MarketSet(row.String("Markets")),
                row.StringOrNull("ImageId"),
                [],
                0) { AddedAt = row.TimestampOrNull("AddedAt") };
            var added = new AlbumTrack(id, track.DiscNumber, track.Number, track.ReleaseDate, entry.ImageId, artists);
            var album = AlbumRollup.Add(stored, before, added, track.Album, albumArtists, track.Genres);
            if (stored is not null && (album.Name != stored.Name || !album.Genres.SequenceEqual(stored.Genres)))
                transaction.Add(SearchRefresh.Request(EntityType.Album, album.Id));
            return (
                album with { AddedAt = stored is null ? now : stored.AddedAt },
                before.Where(other => other.Id != id).Append(added).SelectMany(other => other.Artists));
        }

        /// <summary>Returns the id of the track's previous album if this write removes its last track; otherwise an empty string.</summary>
        private async Task<string> EmptiedAlbumAsync(Row? stored)
        {
            if (stored?.String("ParentId") is not { } before || before == track.Album.Id) return "";
            var hasOthers = await transaction
                .QueryAsync(TracksOfAlbum, new Parameters { { "album", before } })
                .AnyAsync(row => row.String("PlayableId") != id);
            return hasOthers ? "" : before;
        }

        private async Task<IReadOnlyList<ArtistCredit>> ResolveAsync(IReadOnlyList<ArtistDescription> descriptions)
        {
            var credits = new List<ArtistCredit>();
            foreach (var description in descriptions)
            {
                var artistId = await description.ResolveAsync(transaction);
                credits.Add(new ArtistCredit(artistId, description.Name));
                described.TryAdd(artistId, description);
            }

            return [.. credits.DistinctBy(credit => credit.Id)];
        }

        /// <summary>Writes an artist. Only edited tags change the name of an artist, because files spell names differently.</summary>
        private async Task WriteArtistAsync(ArtistCredit artist, IReadOnlyList<string> genres, bool isEdited)
        {
            var row = await transaction.ReadAsync(Artists, new Key(artist.Id));
            var description = described.GetValueOrDefault(artist.Id);
            var stored = row is null ? null : new Artist(
                artist.Id, row.String("Name"), Lines(row.String("Genres")), row.Int32("Popularity"), row.Int64("Followers"),
                row.StringOrNull("ImageId"))
            {
                MusicBrainzId = row.StringOrNull("MusicBrainzId"), SortName = row.StringOrNull("SortName"),
            };
            var all = AlbumRollup.Union(stored?.Genres ?? [], genres);
            var written = new Artist(
                artist.Id,
                stored is null || (isEdited && description is not null) ? artist.Name : stored.Name,
                stored is not null && all.SequenceEqual(stored.Genres) ? stored.Genres : all,
                stored?.Popularity ?? 0,
                stored?.Followers ?? 0,
                stored?.ImageId)
            {
                MusicBrainzId = stored?.MusicBrainzId ?? description?.MusicBrainzId,
                SortName = description?.SortName ?? stored?.SortName,
            };
            if (written != stored) Add(CatalogWriter.Write(written));
            if (stored is not null && written.Name != stored.Name) transaction.Add(SearchRefresh.Request(EntityType.Artist, artist.Id));
        }

        private Playable Playable(Row? stored, int durationMs) => new(
            id,
            EntityType.Track,
            track.Album.Id,
            track.DiscNumber,
            track.Number,
            track.Name,
            durationMs,
            track.IsExplicit,
            stored?.Int32("Popularity") ?? 0,
            new Rights(
                stored is null ? MarketSet.Everywhere : new MarketSet(stored.String("Markets")),
                stored?.TimestampOrNull("AvailableFrom"),
                stored?.TimestampOrNull("AvailableUntil")),
            track.Isrc,
            track.ReleaseDate,
            stored?.String("Description") ?? "",
            Lines(stored?.String("Languages") ?? ""),
            entry.ImageId,
            artists) { AddedAt = stored is null ? now : stored.TimestampOrNull("AddedAt") };

        private async Task WriteAudioAsync(TrackAudio audio, Row? stored)
        {
            transaction.Add(CatalogWriter.WriteAudio(id, audio.Revision, EncodingList.Format(audio.Encodings), audio.GainDb, audio.PeakDb));
            transaction.Add(audio.Features is { } features
                ? AudioFeatureRows.Write(id, audio.Revision, features)
                : AudioFeatureRows.Delete(id));
            if (!await ObjectRemovalService.KeepAsync(transaction, Revision.Prefix(id, audio.Revision), now))
                throw new IngestException("The import took too long; import the file again.") { IsTransient = true };
            if (stored?.StringOrNull("Revision") is not { } before) return;
            transaction.Add(ObjectRemovalService.Retire(Revision.Prefix(id, before), now));
            Add(await EncryptedObject.RetireAsync(transaction, EntityType.Track, id, now));
        }

        private async Task WriteAlbumLoudnessAsync(Row? stored, int durationMs)
        {
            var gain = entry.Audio?.GainDb ?? stored?.Float64OrNull("GainDb");
            var peak = entry.Audio is null ? stored?.Float64OrNull("PeakDb") : entry.Audio.PeakDb;
            TrackLoudness? loudness = gain is { } known ? new TrackLoudness(durationMs, known, peak) : null;
            Add(await AlbumLoudness.UpdateAsync(transaction, track.Album.Id, id, loudness));
            if (stored?.String("ParentId") is { } before && before != track.Album.Id)
                Add(await AlbumLoudness.UpdateAsync(transaction, before, id, track: null));
        }

        private void Remove(Table table, EntityType type, string entityId)
        {
            transaction.Add(Mutation.Delete(table, new Key(entityId)));
            transaction.Add(SearchEntries.Delete(type, entityId));
        }

        private void Add(IEnumerable<Mutation> mutations)
        {
            foreach (var mutation in mutations) transaction.Add(mutation);
        }

        private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');
    }
}
