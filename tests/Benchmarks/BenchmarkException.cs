namespace Spotify.Benchmarks;

/// <summary>The error for a benchmark that cannot run. The message is one line.</summary>
public sealed class BenchmarkException(string message) : Exception(message);
