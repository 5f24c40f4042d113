namespace Spotify.Player;

/// <summary>The states of the radio at the end of a context.</summary>
public enum AutoplayState
{
    /// <summary>Not needed yet.</summary>
    None,

    /// <summary>A task was requested to append items.</summary>
    Requested,

    /// <summary>Items were appended, or there are none.</summary>
    Done,
}
