namespace Spotify.Audio.Tags;

/// <summary>The fields that the tag formats have in common.</summary>
internal enum TagField
{
    Title,
    Artist,
    AlbumArtist,
    Composer,
    Album,
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
}
