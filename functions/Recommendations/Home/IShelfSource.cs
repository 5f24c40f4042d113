using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Functions.Recommendations.Home;

/// <summary>A source of shelves. Registered as a singleton; the page has the shelves in the order of the registrations.</summary>
internal interface IShelfSource
{
    /// <summary>
    /// The scopes that a token needs to see the shelves: those of the routes that show the same. None for shelves that tokens of apps
    /// without a user see too.
    /// </summary>
    Scopes Scopes { get; }

    /// <summary>Returns the shelves; none if there is nothing to show. If it fails, the page does without them.</summary>
    Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct);
}

/// <summary>A request for shelves.</summary>
/// <param name="Viewer">The viewer.</param>
/// <param name="History">
/// Returns the listener's history; null for an app, a new listener, and a token that may not see it.
/// </param>
internal sealed record ShelfRequest(Viewer Viewer, Func<Task<ListenerHistory?>> History)
{
    /// <summary>The user, for sources that require scopes.</summary>
    public string UserId => Viewer.Caller.RequireUser();

    /// <summary>Whether a source could show more in a moment, because something is still being loaded.</summary>
    public bool IsIncomplete { get; set; }
}
