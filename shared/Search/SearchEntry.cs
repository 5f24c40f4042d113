using Spotify.Domain;
using Spotify.Domain.Catalog;

namespace Spotify.Search;

/// <summary>A searchable entity, from which its search document is made.</summary>
/// <param name="Type">The type: not a chapter, because search returns its audiobook, and not a user.</param>
/// <param name="Id">The id.</param>
/// <param name="Name">The name.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="Markets">The markets in which it is available.</param>
public sealed record SearchEntry(EntityType Type, string Id, string Name, int Popularity, MarketSet Markets)
{
    /// <summary>Further names by which the name is found, such as the name for sorting.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>The credited artists, in order.</summary>
    public IReadOnlyList<ArtistCredit> Artists { get; init; } = [];

    /// <summary>Further people and companies that are found like artists: composers, authors, narrators, publishers.</summary>
    public IReadOnlyList<string> OtherArtists { get; init; } = [];

    /// <summary>The name of its album or show; empty if it has none.</summary>
    public string Album { get; init; } = "";

    /// <summary><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>; empty if unknown.</summary>
    public string ReleaseDate { get; init; } = "";

    /// <summary>When it was imported; null if unknown.</summary>
    public DateTimeOffset? AddedAt { get; init; }

    /// <summary>The genres.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];
}
