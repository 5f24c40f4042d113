namespace Spotify.Cloud;

/// <summary>The repository that the program was built in.</summary>
internal static class Checkout
{
    /// <summary>The root directory.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Spotify.Serverless.sln"))) return directory.FullName;
        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not in the repository.");
    }
}
