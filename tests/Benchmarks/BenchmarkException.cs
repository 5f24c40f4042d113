namespace Spotify.Benchmarks;

/// <summary>Thrown if a benchmark cannot run. The message is one line.</summary>
public sealed class BenchmarkException(string message) : Exception(message);
