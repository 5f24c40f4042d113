using System.Text;

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

    // In the order of the values.
    private static readonly byte[][] Utf8Types =
        [.. Enum.GetValues<EntityType>().Select(type => Encoding.UTF8.GetBytes(WireName(type)))];

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

    /// <summary>Returns whether UTF-8 text is a URI that <see cref="TryParse"/> accepts, and the type of its entity.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text, out EntityType type)
    {
        type = default;
        if (!text.StartsWith("spotify:"u8)) return false;
        text = text["spotify:"u8.Length..];
        var colon = text.IndexOf((byte)':');
        if (colon < 0) return false;
        var name = text[..colon];
        var id = text[(colon + 1)..];
        var known = 0;
        while (known < Utf8Types.Length && !name.SequenceEqual(Utf8Types[known])) known++;
        if (known == Utf8Types.Length) return false;
        type = (EntityType)known;
        return type == EntityType.User ? id.Length > 0 && !id.Contains((byte)':') : SpotifyId.IsValid(id);
    }

    /// <inheritdoc/>
    public override string ToString() => $"spotify:{WireName(Type)}:{Id}";
}
