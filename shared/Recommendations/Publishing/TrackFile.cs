using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Publishing;

/// <summary>The file of the tracks and the popular tracks: a section per column.</summary>
internal static class TrackFile
{
    public static readonly SectionFormat Format = new("tracks", 2);

    public static void Write(Stream stream, TrackTable tracks, PopularTracks popular)
    {
        var writer = new SectionWriter(stream, Format);
        var columns = tracks.Columns;
        writer.Write("ids", columns.Ids.Span);
        writer.Write("id-buckets", columns.IdBuckets.Span);
        writer.Write("artist-starts", columns.ArtistStarts.Span);
        writer.Write("artists", columns.Artists.Span);
        writer.Write("albums", columns.Albums.Span);
        writer.Write("genre-sets", columns.GenreSets.Span);
        writer.Write("market-sets", columns.MarketSets.Span);
        writer.Write("from", columns.From.Span);
        writer.Write("until", columns.Until.Span);
        writer.Write("added-days", columns.AddedDays.Span);
        writer.Write("years", columns.Years.Span);
        writer.Write("popularities", columns.Popularities.Span);
        writer.Write("attributes", columns.Attributes.Span);
        writer.Write("flags", columns.Flags.Span);
        writer.Write("artist-ids", columns.ArtistIds.Span);
        writer.Write("artist-buckets", columns.ArtistBuckets.Span);
        writer.Write("artist-track-starts", columns.ArtistTrackStarts.Span);
        writer.Write("artist-tracks", columns.ArtistTracks.Span);
        writer.Write("album-ids", columns.AlbumIds.Span);
        writer.Write("album-buckets", columns.AlbumBuckets.Span);
        writer.Write("genre-set-starts", columns.GenreSetStarts.Span);
        writer.Write("genre-set-genres", columns.GenreSetGenres.Span);
        writer.Write("genre-names", columns.GenreNames.Span);
        writer.Write("genre-track-starts", columns.GenreTrackStarts.Span);
        writer.Write("genre-tracks", columns.GenreTracks.Span);
        writer.Write("market-bits", columns.MarketBits.Span);
        writer.Write("popular-lists", popular.Columns.Lists.Span);
        writer.Write("popular-starts", popular.Columns.Starts.Span);
        writer.Write("popular-tracks", popular.Columns.Tracks.Span);
        writer.Write("popular-scores", popular.Columns.Scores.Span);
        writer.Complete();
    }

    public static (TrackTable Tracks, PopularTracks Popular) Read(SectionFile file) =>
    (
        new TrackTable(new TrackColumns
        {
            Ids = file.ReadMemory<UInt128>("ids"),
            IdBuckets = file.ReadMemory<int>("id-buckets"),
            ArtistStarts = file.ReadMemory<int>("artist-starts"),
            Artists = file.ReadMemory<int>("artists"),
            Albums = file.ReadMemory<int>("albums"),
            GenreSets = file.ReadMemory<int>("genre-sets"),
            MarketSets = file.ReadMemory<int>("market-sets"),
            From = file.ReadMemory<uint>("from"),
            Until = file.ReadMemory<uint>("until"),
            AddedDays = file.ReadMemory<ushort>("added-days"),
            Years = file.ReadMemory<ushort>("years"),
            Popularities = file.ReadMemory<ushort>("popularities"),
            Attributes = file.ReadMemory<ushort>("attributes"),
            Flags = file.ReadMemory<TrackFlags>("flags"),
            ArtistIds = file.ReadMemory<UInt128>("artist-ids"),
            ArtistBuckets = file.ReadMemory<int>("artist-buckets"),
            ArtistTrackStarts = file.ReadMemory<int>("artist-track-starts"),
            ArtistTracks = file.ReadMemory<int>("artist-tracks"),
            AlbumIds = file.ReadMemory<UInt128>("album-ids"),
            AlbumBuckets = file.ReadMemory<int>("album-buckets"),
            GenreSetStarts = file.ReadMemory<int>("genre-set-starts"),
            GenreSetGenres = file.ReadMemory<ushort>("genre-set-genres"),
            GenreNames = file.ReadMemory<byte>("genre-names"),
            GenreTrackStarts = file.ReadMemory<int>("genre-track-starts"),
            GenreTracks = file.ReadMemory<int>("genre-tracks"),
            MarketBits = file.ReadMemory<ulong>("market-bits"),
        }),
        new PopularTracks(new PopularTracksColumns(
            file.ReadMemory<int>("popular-lists"),
            file.ReadMemory<int>("popular-starts"),
            file.ReadMemory<int>("popular-tracks"),
            file.ReadMemory<float>("popular-scores")))
    );
}
