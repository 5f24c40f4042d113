using System.Diagnostics;

namespace Spotify.Fixtures;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The root directory.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Returns the text of a file.</summary>
    /// <param name="path">The path from the root, with slashes.</param>
    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Returns the absolute path of a file.</summary>
    /// <param name="path">The path from the root, with slashes.</param>
    public static string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>Copies the files that git tracks, without build results.</summary>
    public static async Task CopyAsync(string target)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z"])
        {
            WorkingDirectory = Root, RedirectStandardOutput = true,
        })!;
        var files = (await git.StandardOutput.ReadToEndAsync()).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        await git.WaitForExitAsync();
        foreach (var file in files.Where(file => File.Exists(PathOf(file))))
        {
            var copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(PathOf(file), copy);
        }
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Spotify.Serverless.sln"))) return directory.FullName;
        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not in the repository.");
    }
}
