using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Spotify.Domain.Playlists;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>A generator of one kind of surface. Registered as a singleton.</summary>
internal interface ISurfaceGenerator
{
    /// <summary>The generated surfaces.</summary>
    IReadOnlyList<Surface> Surfaces { get; }

    /// <summary>
    /// Generates the lists of a page of listeners, with a constant number of reads. Tracks that may not be played by the listener are
    /// removed afterwards, so lists should have some more tracks than <see cref="GeneratedList.Length"/>.
    /// </summary>
    /// <returns>
    /// The lists. A listener without enough data has no list or an empty one, and the last playlist stays. The same request returns the
    /// same lists.
    /// </returns>
    Task<IReadOnlyList<GeneratedList>> GenerateAsync(SurfaceRequest request, CancellationToken ct);
}

/// <summary>A request for the lists of a page of listeners.</summary>
/// <param name="Listeners">Up to 100 listeners, each with at least one surface of the generator that is due.</param>
/// <param name="Recommenders">The model; null if there is none.</param>
/// <param name="Now">The time.</param>
internal sealed record SurfaceRequest(IReadOnlyList<DueListener> Listeners, RecommenderLease? Recommenders, DateTimeOffset Now);

/// <summary>A listener with the surfaces that are due.</summary>
/// <param name="History">The listener.</param>
/// <param name="Due">The surfaces, each with its period.</param>
internal sealed record DueListener(ListenerHistory History, IReadOnlyDictionary<Surface, SurfacePeriod> Due)
{
    /// <summary>Returns whether a surface is due.</summary>
    public bool IsDue(Surface surface) => Due.ContainsKey(surface);

    /// <summary>Returns a seed that is the same for the same listener, surface and period.</summary>
    public int SeedOf(Surface surface) => BinaryPrimitives.ReadInt32LittleEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{History.UserId}\n{surface.Id}\n{Due[surface].Key}")));
}

/// <summary>A list for a listener and surface.</summary>
/// <param name="UserId">The listener.</param>
/// <param name="Surface">The surface.</param>
/// <param name="Name">The name of the playlist.</param>
/// <param name="Description">The description of the playlist.</param>
/// <param name="Items">The tracks in their order, each once.</param>
internal sealed record GeneratedList(
    string UserId, Surface Surface, string Name, string Description, IReadOnlyList<GeneratedItem> Items)
{
    /// <summary>The number of tracks of the playlist: the first ones that may be played.</summary>
    public int Length { get; init; } = 30;

    /// <summary>The version of the model that the list was made with; null: without a model.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Whether the list replaces a better one, because there is no model.</summary>
    public bool IsFallback { get; init; }
}

/// <summary>A track of a list.</summary>
/// <param name="Track">The track.</param>
/// <param name="Reason">Why the list has it; null if there is nothing to say.</param>
internal readonly record struct GeneratedItem(UInt128 Track, PickReason? Reason);
