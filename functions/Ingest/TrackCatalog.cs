using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>The audio of a track, all of it stored.</summary>
/// <param name="Revision">The revision, which is part of its objects' names and was reserved.</param>
/// <param name="DurationMs">Its duration in ms.</param>
/// <param name="Encodings">Its encodings.</param>
/// <param name="GainDb">What brings it to the reference loudness, in dB.</param>
/// <param name="PeakDb">Its highest true peak, in dB relative to full scale; null for silence.</param>
public sealed record TrackAudio(string Revision, int DurationMs, IReadOnlyList<AudioEncoding> Encodings, double GainDb, double? PeakDb);

/// <summary>A track with everything that is written for it.</summary>
/// <param name="Plan">The file, the track it is, and the rows that go.</param>
/// <param name="Track">What the file says.</param>
/// <param name="ImageId">Its cover, stored; null if there is none.</param>
/// <param name="Audio">Its audio; null where it keeps what it has.</param>
public sealed record TrackEntry(SourcePlan Plan, TrackDescription Track, string? ImageId, TrackAudio? Audio);

/// <summary>
/// Writes tracks into the catalog, each in one transaction with its artists, its album, its source and the end of the revision before.
/// What others know of them (popularity, followers, markets, genres, pictures) stays.
/// </summary>
public sealed class TrackCatalog(IDatabase database, TimeProvider time)
{
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Table Albums = Schema.Current.Table("Albums");
    private static readonly Table Playables = Schema.Current.Table("Playables");
    private static readonly Table SearchDocuments = Schema.Current.Table("SearchDocuments");

    private static readonly Statement TracksOfAlbum = new(
        "SELECT PlayableId, DiscNumber, Number, ReleaseDate, ImageId FROM Playables WHERE ParentId = @album", ("album", ColumnType.String));

    private static readonly Statement CreditsOfAlbum = new(
        """
        SELECT Credits.PlayableId, Credits.Position, Artists.ArtistId, Artists.Name
        FROM Playables JOIN Credits ON Credits.PlayableId = Playables.PlayableId JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        WHERE Playables.ParentId = @album ORDER BY Credits.PlayableId, Credits.Position
        """,
        ("album", ColumnType.String));

    // The artists that a track or its albums name now, and may name no longer.
    private static readonly Statement ArtistsNamed = new(
        """
        SELECT ArtistId FROM Credits WHERE PlayableId = @track
        UNION ALL SELECT ArtistId FROM AlbumArtists WHERE AlbumId = @album OR AlbumId = @left
        """,
        ("track", ColumnType.String), ("album", ColumnType.String), ("left", ColumnType.String));

    private static readonly Statement OtherUses = new(
        """
        SELECT 1 AS Used FROM Credits WHERE ArtistId = @artist AND PlayableId <> @track
        UNION ALL SELECT 1 AS Used FROM AlbumArtists WHERE ArtistId = @artist AND AlbumId <> @album AND AlbumId <> @left
        LIMIT 1
        """,
        ("artist", ColumnType.String), ("track", ColumnType.String), ("album", ColumnType.String), ("left", ColumnType.String));

    /// <summary>Writes a track; once the task completes it is durable.</summary>
    /// <param name="entry">The track.</param>
    /// <param name="within">What else belongs into the transaction, before anything of the track.</param>
    /// <exception cref="IngestException">The reservation of its revision has lapsed, or it is to keep audio that it does not have.</exception>
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

        public async Task RunAsync()
        {
            var stored = await transaction.ReadAsync(Playables, new Key(id));
            var durationMs = entry.Audio?.DurationMs ?? stored?.Int32("DurationMs") ?? throw new IngestException("Its track is gone from the catalog.") { MayPass = true };
            var album = await AlbumAsync();
            var leftAlbumId = await LeftAlbumAsync(stored);
            var fallenSilent = await ArtistsFallenSilentAsync(album, leftAlbumId);

            foreach (var artist in track.Artists) await WriteArtistAsync(artist, track.Genres);
            foreach (var artist in album.Artists.ExceptBy(track.Artists.Select(credited => credited.Id), artist => artist.Id)) await WriteArtistAsync(artist, []);
            Add(CatalogWriter.Write(album));
            Add(CatalogWriter.Write(Playable(stored, durationMs), track.Album.Name));
            if (entry.Audio is not null) await WriteAudioAsync(entry.Audio, stored);
            Add(entry.Plan.Stale.Select(stale => stale.Delete()));
            transaction.Add(entry.Plan.Source.Write());

            if (leftAlbumId.Length > 0) Remove(Albums, EntityType.Album, leftAlbumId);
            foreach (var artist in fallenSilent) Remove(Artists, EntityType.Artist, artist);
        }

        private async Task<Album> AlbumAsync()
        {
            var parameters = new Parameters { { "album", track.Album.Id } };
            var credits = (await transaction.QueryAsync(CreditsOfAlbum, parameters).ToListAsync())
                .ToLookup(row => row.String("PlayableId"), row => new ArtistCredit(row.String("ArtistId"), row.String("Name")), StringComparer.Ordinal);
            var before = await transaction.QueryAsync(TracksOfAlbum, parameters)
                .Select(row => new AlbumTrack(
                    row.String("PlayableId"), row.Int32("DiscNumber"), row.Int32("Number"), row.String("ReleaseDate"), row.StringOrNull("ImageId"),
                    [.. credits[row.String("PlayableId")]]))
                .ToListAsync();
            var row = await transaction.ReadAsync(Albums, new Key(track.Album.Id));
            var stored = row is null ? null : new Album(
                track.Album.Id, row.String("AlbumType"), row.String("Name"), row.String("ReleaseDate"), row.String("Label"), Lines(row.String("Copyrights")),
                Lines(row.String("Genres")), row.StringOrNull("Upc"), row.Int32("Popularity"), new MarketSet(row.String("Markets")), row.StringOrNull("ImageId"), [], 0);
            var added = new AlbumTrack(id, track.DiscNumber, track.Number, track.ReleaseDate, entry.ImageId, track.Artists);
            return AlbumRollup.Add(stored, before, added, track.Album, track.Genres);
        }

        /// <summary>The album that the track was in, if it leaves it and was the last one there; else empty.</summary>
        private async Task<string> LeftAlbumAsync(Row? stored)
        {
            if (stored?.String("ParentId") is not { } before || before == track.Album.Id) return "";
            var others = await transaction.QueryAsync(TracksOfAlbum, new Parameters { { "album", before } }).AnyAsync(row => row.String("PlayableId") != id);
            return others ? "" : before;
        }

        /// <summary>Artists whom nothing names any more once this is written, and whom nobody follows.</summary>
        private async Task<List<string>> ArtistsFallenSilentAsync(Album album, string leftAlbumId)
        {
            var named = await transaction
                .QueryAsync(ArtistsNamed, new Parameters { { "track", id }, { "album", album.Id }, { "left", leftAlbumId } })
                .Select(row => row.String("ArtistId")).ToListAsync();
            var silent = new List<string>();
            foreach (var artist in named.Except(track.Artists.Concat(album.Artists).Select(artist => artist.Id), StringComparer.Ordinal))
            {
                var uses = new Parameters { { "artist", artist }, { "track", id }, { "album", album.Id }, { "left", leftAlbumId } };
                if (await transaction.QueryAsync(OtherUses, uses).AnyAsync()) continue;
                if (await transaction.ReadAsync(Artists, new Key(artist)) is { } row && row.Int64("Followers") == 0) silent.Add(artist);
            }

            return silent;
        }

        private async Task WriteArtistAsync(ArtistCredit artist, IReadOnlyList<string> genres)
        {
            var row = await transaction.ReadAsync(Artists, new Key(artist.Id));
            var known = Lines(row?.String("Genres") ?? "");
            var all = AlbumRollup.Union(known, genres);
            if (row is not null && all.SequenceEqual(known)) return;
            Add(CatalogWriter.Write(new Artist(
                artist.Id, artist.Name, all, row?.Int32("Popularity") ?? 0, row?.Int64("Followers") ?? 0, row?.StringOrNull("ImageId"))));
        }

        private Playable Playable(Row? stored, int durationMs) => new(
            id, EntityType.Track, track.Album.Id, track.DiscNumber, track.Number, track.Name, durationMs, track.IsExplicit,
            stored?.Int32("Popularity") ?? 0,
            new Rights(
                stored is null ? MarketSet.Everywhere : new MarketSet(stored.String("Markets")), stored?.TimestampOrNull("AvailableFrom"), stored?.TimestampOrNull("AvailableUntil")),
            track.Isrc, track.ReleaseDate, stored?.String("Description") ?? "", Lines(stored?.String("Languages") ?? ""), entry.ImageId, track.Artists);

        private async Task WriteAudioAsync(TrackAudio audio, Row? stored)
        {
            transaction.Add(CatalogWriter.WriteAudio(id, audio.Revision, EncodingList.Format(audio.Encodings), audio.GainDb, audio.PeakDb));
            if (!await ObjectRemovals.KeepAsync(transaction, Revision.Prefix(id, audio.Revision), now))
                throw new IngestException("It took so long that its encodings are about to be removed; import it again.") { MayPass = true };
            if (stored?.StringOrNull("Revision") is { } before) transaction.Add(ObjectRemovals.Retire(Revision.Prefix(id, before), now));
        }

        private void Remove(Table table, EntityType type, string entityId)
        {
            transaction.Add(Mutation.Delete(table, new Key(entityId)));
            transaction.Add(Mutation.Delete(SearchDocuments, new Key(SpotifyUri.WireName(type), entityId)));
        }

        private void Add(IEnumerable<Mutation> mutations)
        {
            foreach (var mutation in mutations) transaction.Add(mutation);
        }

        private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');
    }
}
