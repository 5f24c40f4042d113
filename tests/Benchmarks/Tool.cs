namespace Spotify.Benchmarks;

/// <summary>A program that a benchmark needs, installed by whoever runs it.</summary>
internal static class Tool
{
    /// <summary>Its path.</summary>
    /// <exception cref="BenchmarkException">It is not installed; the message says how to get it.</exception>
    public static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/local/sbin"]) // Where nginx is, which is not on every user's path.
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists)
        ?? throw new BenchmarkException($"This benchmark needs {name}, which is not installed: apt-get install {name} (or brew install {name}).");
}
