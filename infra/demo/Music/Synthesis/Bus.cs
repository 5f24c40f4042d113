namespace Spotify.Demo.Music.Synthesis;

/// <summary>A pair of channels that parts are mixed into.</summary>
internal sealed record Bus(float[] Left, float[] Right)
{
    /// <summary>A silent bus.</summary>
    public static Bus Silent(int length) => new(new float[length], new float[length]);

    /// <summary>Adds another bus, sample by sample.</summary>
    public void Add(Bus other)
    {
        for (var i = 0; i < Left.Length; i++)
        {
            Left[i] += other.Left[i];
            Right[i] += other.Right[i];
        }
    }
}
