namespace Spotify.Audio.Tags;

/// <summary>
/// What an audio file says about itself. What it does not say is null or empty. Text is trimmed and never empty; a list has more than one
/// name only where the tag itself repeats, because names contain commas, slashes and ampersands of their own.
/// </summary>
public sealed record AudioTags
{
    /// <summary>The track's title.</summary>
    public string? Title { get; init; }

    /// <summary>The track's artists, in the file's order, each exactly as written.</summary>
    public IReadOnlyList<string> Artists { get; init; } = [];

    /// <summary>The album's artists, in the file's order, each exactly as written.</summary>
    public IReadOnlyList<string> AlbumArtists { get; init; } = [];

    /// <summary>The composers, in the file's order, each exactly as written.</summary>
    public IReadOnlyList<string> Composers { get; init; } = [];

    /// <summary>The album's title.</summary>
    public string? Album { get; init; }

    /// <summary>The track's number on its disc, from 1.</summary>
    public int? TrackNumber { get; init; }

    /// <summary>How many tracks the disc has.</summary>
    public int? TrackTotal { get; init; }

    /// <summary>The disc's number, from 1.</summary>
    public int? DiscNumber { get; init; }

    /// <summary>How many discs the album has.</summary>
    public int? DiscTotal { get; init; }

    /// <summary>When it was released, as precisely as the file says: <c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>.</summary>
    public string? Date { get; init; }

    /// <summary>The genres, by name; numbers of ID3v1's list are replaced by their names.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>The recording's code of ISO 3901: twelve characters, upper case, without hyphens.</summary>
    public string? Isrc { get; init; }

    /// <summary>The album's bar code: 8 to 14 digits.</summary>
    public string? Upc { get; init; }

    /// <summary>The record label.</summary>
    public string? Label { get; init; }

    /// <summary>The copyright line.</summary>
    public string? Copyright { get; init; }

    /// <summary>Whether the lyrics are explicit; null where the file does not say.</summary>
    public bool? IsExplicit { get; init; }

    /// <summary>Whether the album collects tracks of several artists.</summary>
    public bool IsCompilation { get; init; }

    /// <summary>The front cover, or else the first other picture.</summary>
    public EmbeddedPicture? Cover { get; init; }

    /// <summary>What was left out as damaged or too large, one sentence each; at most 32.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
