using System.Security.Cryptography;
using System.Text;
using Pulumi;

namespace Spotify.Cloud;

/// <summary>
/// What Google builds the functions from: the projects that the deploy unit consists of and what their builds read, nothing else. It is
/// named after its content, so that a changed line is deployed and an unchanged one is not.
/// </summary>
internal sealed class SourceArchive
{
    /// <summary>The project that is built, from the archive's root: the buildpack's <c>GOOGLE_BUILDABLE</c>.</summary>
    public const string Buildable = "infra/google";

    private static readonly string[] Folders = ["functions", "infra/ffmpeg", "infra/google", "infra/spanner", "shared"];
    private static readonly string[] Files = [".editorconfig", "Directory.Build.props", "Directory.Packages.props"];
    private static readonly string[] Kinds = [".cs", ".csproj", ".sql"];
    private static readonly string[] Built = ["bin", "obj"];

    private SourceArchive(IReadOnlyDictionary<string, string> paths) => Paths = paths;

    /// <summary>Where each file of the archive is on this machine, by its path in the archive.</summary>
    public IReadOnlyDictionary<string, string> Paths { get; }

    /// <summary>The name of its object: a hash of what is in it.</summary>
    public string ObjectName => $"functions-{Hash()}.zip";

    /// <summary>The archive.</summary>
    public Archive Archive => new AssetArchive(Paths.ToDictionary(file => file.Key, file => (AssetOrArchive)new FileAsset(file.Value)));

    /// <summary>The archive of a checked-out repository.</summary>
    /// <param name="root">The repository's root.</param>
    public static SourceArchive Of(string root)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Files) paths.Add(file, Path.Combine(root, file));
        foreach (var folder in Folders)
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(root, file).Replace('\\', '/');
                if (Kinds.Contains(Path.GetExtension(name)) && !name.Split('/').Intersect(Built).Any()) paths.Add(name, file);
            }
        }

        return new SourceArchive(paths);
    }

    /// <summary>The root of the repository that a directory is in.</summary>
    /// <exception cref="DirectoryNotFoundException">It is in none.</exception>
    public static string FindRoot(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Spotify.Serverless.sln"))) return at.FullName;
        throw new DirectoryNotFoundException($"{directory} is not in the repository.");
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, path) in Paths)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
