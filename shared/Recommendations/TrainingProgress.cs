namespace Spotify.Recommendations;

/// <summary>The progress of a stage of training.</summary>
/// <param name="Stage">The stage's name, in lower case, for people.</param>
/// <param name="Done">The number of steps done, 0 to <paramref name="Total"/>.</param>
/// <param name="Total">The number of steps.</param>
public readonly record struct TrainingProgress(string Stage, int Done, int Total);
