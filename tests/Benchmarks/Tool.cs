namespace Spotify.Benchmarks;

/// <summary>A finder of the programs that benchmarks need.</summary>
internal static class Tool
{
    /// <summary>Returns the path of a program.</summary>
    /// <exception cref="BenchmarkException">The program is not installed. The message contains installation instructions.</exception>
    public static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/local/sbin"]) // nginx is in a directory that is not on every user's PATH.
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists)
        ?? throw new BenchmarkException($"This benchmark needs {name}: apt-get install {name} (or brew install {name}).");
}
