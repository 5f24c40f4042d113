namespace Spotify.Domain;

/// <summary>The types of entities that a URI can refer to.</summary>
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

/// <summary>A URI of the format <c>spotify:{type}:{id}</c>.</summary>
/// <param name="Type">The type of the entity.</param>
/// <param name="Id">The id: 22 base62 characters, or a user id.</param>
public readonly record struct SpotifyUri(EntityType Type, string Id)
{
    private static readonly Dictionary<string, EntityType> Types =
        Enum.GetValues<EntityType>().ToDictionary(WireName, StringComparer.Ordinal);

    /// <summary>Returns the name of a type in URIs and paths, such as <c>album</c>.</summary>
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

    /// <summary>Parses a name that <see cref="WireName"/> returns.</summary>
    public static bool TryParseType(string name, out EntityType type) => Types.TryGetValue(name, out type);

    /// <summary>Parses a URI. Returns false if the format, the type or the id is invalid.</summary>
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
