namespace Spotify.Domain.Ports;

/// <summary>A field of a search document in which a term is looked for.</summary>
public enum SearchField
{
    /// <summary>Any of the fields that have text: name, artist, album.</summary>
    Any,

    /// <summary>The name of the entity.</summary>
    Name,

    /// <summary>The names of its artists.</summary>
    Artist,

    /// <summary>The name of its album.</summary>
    Album,

    /// <summary>The tags: years, days, genres.</summary>
    Tag,
}
