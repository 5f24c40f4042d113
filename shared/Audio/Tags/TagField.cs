namespace Spotify.Audio.Tags;

/// <summary>The fields that the tag formats have in common.</summary>
internal enum TagField
{
    Title,
    Artist,
    ArtistName,
    ArtistSort,
    ArtistId,
    AlbumArtist,
    AlbumArtistName,
    AlbumArtistSort,
    AlbumArtistId,
    Composer,
    Album,
    AlbumId,
    TrackNumber,
    TrackTotal,
    DiscNumber,
    DiscTotal,
    Date,
    Genre,
    Isrc,
    Upc,
    Label,
    Copyright,
    Explicit,
    Compilation,
    Lyrics,
    RecordingId,
}
