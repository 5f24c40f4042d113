namespace Spotify.Catalog.Contexts;

/// <summary>The listener who plays a context.</summary>
/// <param name="UserId">The user's id.</param>
/// <param name="Country">The market.</param>
/// <param name="ExplicitFilter">Whether explicit content is filtered.</param>
/// <param name="MayReadPrivate">Whether the token permits to read private playlists.</param>
public sealed record ContextListener(string UserId, string Country, bool ExplicitFilter, bool MayReadPrivate);
