namespace Spotify.Demo.Music;

/// <summary>Uneven pairs of notes.</summary>
/// <param name="Share">The first note's share of the pair: 0.5 is straight, 0.67 triplets.</param>
/// <param name="Beats">Length of a pair: 1 swings eighths, 0.5 sixteenths.</param>
internal sealed record Swing(double Share, double Beats)
{
    public static readonly Swing None = new(0.5, 1);

    /// <summary>Returns when a note is played that is written at a beat.</summary>
    public double Warp(double beat)
    {
        var pair = Math.Floor(beat / Beats);
        var within = (beat / Beats) - pair;
        return (pair + (within < 0.5 ? within * 2 * Share : Share + ((within - 0.5) * 2 * (1 - Share)))) * Beats;
    }
}
