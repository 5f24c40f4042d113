namespace Spotify.Domain;

/// <summary>The kinds of thing a URI can name.</summary>
public enum EntityType
{
    Album,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    Playlist,
    Show,
    Track,
    User,
}

/// <summary>A URI of the form <c>spotify:{type}:{id}</c>.</summary>
/// <param name="Type">What it names.</param>
/// <param name="Id">Which: a 22-character base62 id, or a user's name.</param>
public readonly record struct SpotifyUri(EntityType Type, string Id)
{
    private static readonly Dictionary<string, EntityType> Types =
        Enum.GetValues<EntityType>().ToDictionary(WireName, StringComparer.Ordinal);

    /// <summary>The type's name in URIs and paths: <c>album</c>, <c>artist</c>, ….</summary>
    public static string WireName(EntityType type) => type switch
    {
        EntityType.Album => "album",
        EntityType.Artist => "artist",
        EntityType.Audiobook => "audiobook",
        EntityType.Chapter => "chapter",
        EntityType.Episode => "episode",
        EntityType.Playlist => "playlist",
        EntityType.Show => "show",
        EntityType.Track => "track",
        EntityType.User => "user",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>The type that <see cref="WireName"/> spells so.</summary>
    public static bool TryParseType(string name, out EntityType type) => Types.TryGetValue(name, out type);

    /// <summary>Reads <c>spotify:{type}:{id}</c>; false for anything else, an id of the wrong form among it.</summary>
    public static bool TryParse(string? text, out SpotifyUri uri)
    {
        uri = default;
        if (text?.Split(':') is not ["spotify", var typeName, { Length: > 0 } id] || !TryParseType(typeName, out var type)) return false;
        if (type != EntityType.User && !SpotifyId.IsValid(id)) return false;
        uri = new SpotifyUri(type, id);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"spotify:{WireName(Type)}:{Id}";
}
