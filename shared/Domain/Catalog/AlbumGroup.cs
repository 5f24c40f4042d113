namespace Spotify.Domain.Catalog;

/// <summary>The groups of an artist's discography, in the order of the list. The numbers are stored.</summary>
public enum AlbumGroup
{
    /// <summary>An album of the artist.</summary>
    Album,

    /// <summary>A single of the artist.</summary>
    Single,

    /// <summary>A compilation of the artist.</summary>
    Compilation,

    /// <summary>Another artist's album with a track by the artist.</summary>
    AppearsOn,
}

/// <summary>The names of album groups in the Web API.</summary>
public static class AlbumGroups
{
    private static readonly string[] Names = ["album", "single", "compilation", "appears_on"];

    /// <summary>All groups, in order.</summary>
    public static IReadOnlyList<AlbumGroup> All { get; } = Enum.GetValues<AlbumGroup>();

    /// <summary>Returns the name of a group, such as <c>appears_on</c>.</summary>
    public static string WireName(AlbumGroup group) => Names[(int)group];

    /// <summary>Finds the group with a name.</summary>
    public static bool TryParse(string name, out AlbumGroup group)
    {
        group = (AlbumGroup)Array.IndexOf(Names, name);
        return Enum.IsDefined(group);
    }
}
