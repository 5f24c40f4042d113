using Spotify.Player;

namespace Spotify.Domain.Tests.Player.Model;

/// <summary>An item of <see cref="PlayerModel"/>.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Ms">The duration in milliseconds.</param>
/// <param name="Source">Where the item comes from.</param>
/// <param name="Place">The place in the context's own order; -1 outside of it.</param>
internal sealed record ModelTrack(string Uri, long Ms, ItemSource Source, int Place = -1);
