namespace Spotify.Recommendations.Interactions;

/// <summary>The sum of what a listener has done with a track: plays, saves, skips.</summary>
/// <param name="Listener">The listener's row, from 0.</param>
/// <param name="Track">The track's row, from 0.</param>
/// <param name="Weight">
/// Finite. A positive number shows preference (decayed plays, saves, playlist adds), a negative one the lack of it (skips). Its magnitude
/// is the confidence.
/// </param>
public readonly record struct Interaction(int Listener, int Track, float Weight);
