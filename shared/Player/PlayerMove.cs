namespace Spotify.Player;

/// <summary>The reasons for the next item.</summary>
public enum AdvanceReason
{
    /// <summary>A command. Does not stay at a track that is repeated.</summary>
    Skipped,

    /// <summary>The item has ended on the active device.</summary>
    Ended,
}

/// <summary>The result of going to the next or to the previous item.</summary>
/// <param name="State">The new state.</param>
/// <param name="Moved">Whether an item begins. If not, there was no next or previous item.</param>
public readonly record struct PlayerMove(PlayerState State, bool Moved);
