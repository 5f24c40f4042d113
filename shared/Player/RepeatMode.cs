namespace Spotify.Player;

/// <summary>The repeat modes.</summary>
public enum RepeatMode
{
    /// <summary>Nothing is repeated.</summary>
    Off,

    /// <summary>The context begins again at its end.</summary>
    Context,

    /// <summary>The current item begins again at its end.</summary>
    Track,
}
