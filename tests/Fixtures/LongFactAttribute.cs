namespace Spotify.Fixtures;

/// <summary>
/// A test that is too slow for every run. It is skipped unless the environment variable <c>SPOTIFY_LONG_TESTS</c> is set, and if a program
/// that it requires is not on PATH.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    /// <param name="tools">The names of the programs.</param>
    public LongFactAttribute(params string[] tools) => Skip = Environment.GetEnvironmentVariable("SPOTIFY_LONG_TESTS") is { Length: > 0 }
        ? Tools.Missing(tools)
        : "runs if the environment variable SPOTIFY_LONG_TESTS is set";
}
