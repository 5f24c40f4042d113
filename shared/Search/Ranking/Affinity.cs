using Spotify.Domain;
using Spotify.Domain.Ports;

namespace Spotify.Search.Ranking;

/// <summary>The entities that a listener saved or follows, and how much the listener likes other entities because of them.</summary>
public sealed class Affinity
{
    private const double FollowedArtist = 0.8;
    private const double MostOfOthers = 0.6;

    private readonly HashSet<(EntityType, string)> saved;
    private readonly Dictionary<string, int> artists = new(StringComparer.Ordinal);

    /// <summary>Creates the affinity of a listener.</summary>
    /// <param name="documents">The documents of the saved and followed entities.</param>
    public Affinity(IReadOnlyList<SearchDocument> documents)
    {
        Documents = documents;
        saved = [.. documents.Select(document => (document.Type, document.Id))];
        foreach (var document in documents)
        {
            foreach (var range in document.ArtistIds.AsSpan().Split(' '))
            {
                var id = document.ArtistIds[range];
                if (id.Length > 0) artists[id] = artists.GetValueOrDefault(id) + 1;
            }
        }
    }

    /// <summary>The affinity of a listener without a library.</summary>
    public static Affinity None { get; } = new([]);

    /// <summary>The documents of the saved and followed entities.</summary>
    public IReadOnlyList<SearchDocument> Documents { get; }

    /// <summary>Returns how much the listener likes an entity, 0 to 1. More saves of an artist count more.</summary>
    public double Of(SearchDocument document)
    {
        if (Documents.Count == 0) return 0;
        if (saved.Contains((document.Type, document.Id))) return 1;
        if (document.Type == EntityType.Artist) return OfArtist(document.Id);
        var best = 0.0;
        foreach (var range in document.ArtistIds.AsSpan().Split(' '))
            best = Math.Max(best, OfArtist(document.ArtistIds[range]));
        return best;
    }

    private double OfArtist(string id) =>
        saved.Contains((EntityType.Artist, id)) ? FollowedArtist
        : artists.TryGetValue(id, out var saves) ? MostOfOthers * saves / (saves + 1.0)
        : 0;
}
