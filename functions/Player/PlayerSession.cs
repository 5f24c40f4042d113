using Spotify.Domain.Ports;
using Spotify.Player;
using Spotify.Web.Identity;

namespace Spotify.Functions.Player;

/// <summary>The player of a listener as a request has read or written it.</summary>
/// <param name="User">The sender of the request.</param>
/// <param name="Document">The document; null if there is none.</param>
/// <param name="State">The state without devices whose lease has ended.</param>
/// <param name="Now">The time of the request.</param>
public sealed record PlayerSession(CurrentUser User, PlayerDocument? Document, PlayerState State, DateTimeOffset Now)
{
    /// <summary>The revision of the document; 0 if there is none.</summary>
    public long Revision => Document?.Revision ?? 0;
}

/// <summary>A change of a player.</summary>
/// <param name="Before">The player before the change.</param>
/// <param name="After">The player after the change; the same as before if nothing was written.</param>
/// <param name="Listener">The listener.</param>
public sealed record PlayerWrite(PlayerSession Before, PlayerSession After, PlayerListener Listener);
