namespace Spotify.Demo.Music;

/// <summary>The genres of the demo catalog. Narration is composed separately.</summary>
public enum Genre
{
    Ambient,
    Folk,
    Jazz,
    House,
    Synthwave,
    LoFi,
    Rock,
    Classical,
}
