namespace Spotify.Player;

/// <summary>The states of the radio at the end of a context.</summary>
public enum AutoplayState
{
    /// <summary>Not needed yet.</summary>
    None,

    /// <summary>A task was requested to append items.</summary>
    Requested,

    /// <summary>Items were appended. More are requested when few of them are left.</summary>
    Done,

    /// <summary>There are no more items.</summary>
    Exhausted,
}
