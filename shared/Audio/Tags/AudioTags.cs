namespace Spotify.Audio.Tags;

/// <summary>
/// The tags of an audio file. Missing tags are null or empty. Text is trimmed and never empty. Lists have one item per repetition of the
/// tag; values are not split, because names can contain commas, slashes and ampersands.
/// </summary>
public sealed record AudioTags
{
    /// <summary>The track's title.</summary>
    public string? Title { get; init; }

    /// <summary>The track's artists, in the file's order, each exactly as written.</summary>
    public IReadOnlyList<string> Artists { get; init; } = [];

    /// <summary>The album's artists, in the file's order, each exactly as written.</summary>
    public IReadOnlyList<string> AlbumArtists { get; init; } = [];

    /// <summary>
    /// The track's artists one by one (the tag <c>ARTISTS</c>), if <see cref="Artists"/> is a phrase such as "A feat. B".
    /// </summary>
    public IReadOnlyList<string> ArtistNames { get; init; } = [];

    /// <summary>The sort names of the track's artists, such as "Beatles, The".</summary>
    public IReadOnlyList<string> ArtistSortNames { get; init; } = [];

    /// <summary>The MusicBrainz ids of the track's artists, in lower case.</summary>
    public IReadOnlyList<string> ArtistIds { get; init; } = [];

    /// <summary>The album's artists one by one, as <see cref="ArtistNames"/>.</summary>
    public IReadOnlyList<string> AlbumArtistNames { get; init; } = [];

    /// <summary>The sort names of the album's artists.</summary>
    public IReadOnlyList<string> AlbumArtistSortNames { get; init; } = [];

    /// <summary>The MusicBrainz ids of the album's artists, in lower case.</summary>
    public IReadOnlyList<string> AlbumArtistIds { get; init; } = [];

    /// <summary>The MusicBrainz id of the release, in lower case.</summary>
    public string? AlbumId { get; init; }

    /// <summary>The MusicBrainz id of the recording, in lower case.</summary>
    public string? RecordingId { get; init; }

    /// <summary>The lyrics.</summary>
    public string? Lyrics { get; init; }

    /// <summary>The composers, in the file's order, each exactly as written.</summary>
    public IReadOnlyList<string> Composers { get; init; } = [];

    /// <summary>The album's title.</summary>
    public string? Album { get; init; }

    /// <summary>The track's number on its disc, from 1.</summary>
    public int? TrackNumber { get; init; }

    /// <summary>The number of tracks on the disc.</summary>
    public int? TrackTotal { get; init; }

    /// <summary>The disc's number, from 1.</summary>
    public int? DiscNumber { get; init; }

    /// <summary>The number of discs of the album.</summary>
    public int? DiscTotal { get; init; }

    /// <summary>The release date in the file's precision: <c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>.</summary>
    public string? Date { get; init; }

    /// <summary>The genre names. ID3v1 genre numbers are converted to names.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>The recording's ISRC (ISO 3901): twelve characters, upper case, without hyphens.</summary>
    public string? Isrc { get; init; }

    /// <summary>The album's bar code (UPC or EAN): 8 to 14 digits.</summary>
    public string? Upc { get; init; }

    /// <summary>The record label.</summary>
    public string? Label { get; init; }

    /// <summary>The copyright line.</summary>
    public string? Copyright { get; init; }

    /// <summary>Whether the lyrics are explicit; null if unknown.</summary>
    public bool? IsExplicit { get; init; }

    /// <summary>Whether the album is a compilation of several artists.</summary>
    public bool IsCompilation { get; init; }

    /// <summary>The front cover, or the first other picture if there is none.</summary>
    public EmbeddedPicture? Cover { get; init; }

    /// <summary>Why tags were skipped (damaged or too large), one sentence each; at most 32.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
