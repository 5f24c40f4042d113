namespace Spotify.Benchmarks;

/// <summary>Why a benchmark could not be run, in one line.</summary>
public sealed class BenchmarkException(string message) : Exception(message);
