namespace Spotify.Audio.Tags;

/// <summary>What the tags of every format come down to.</summary>
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
