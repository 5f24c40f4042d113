using System.Security.Cryptography;
using System.Text;
using Pulumi;

namespace Spotify.Cloud;

/// <summary>
/// The source archive from which Google builds the functions: the projects of the deploy unit and their build files. Its name contains a
/// hash of its content, so that functions are rebuilt if and only if the content changes.
/// </summary>
internal sealed class SourceArchive
{
    /// <summary>The path of the project to build in the archive: the buildpack's <c>GOOGLE_BUILDABLE</c>.</summary>
    public const string Buildable = "infra/google";

    private static readonly string[] Folders = ["functions", "infra/ffmpeg", "infra/google", "infra/hosting", "infra/spanner", "shared"];
    private static readonly string[] Files = [".editorconfig", "Directory.Build.props", "Directory.Packages.props"];
    private static readonly string[] Extensions = [".cs", ".csproj", ".sql"];
    private static readonly string[] OutputFolders = ["bin", "obj"];

    private SourceArchive(IReadOnlyDictionary<string, string> paths) => Paths = paths;

    /// <summary>The local path of each file, by its path in the archive.</summary>
    public IReadOnlyDictionary<string, string> Paths { get; }

    /// <summary>The object name, which contains a hash of the content.</summary>
    public string ObjectName => $"functions-{Hash()}.zip";

    /// <summary>The archive as a Pulumi asset.</summary>
    public Archive Archive => new AssetArchive(Paths.ToDictionary(file => file.Key, file => (AssetOrArchive)new FileAsset(file.Value)));

    /// <summary>Returns the archive of a checked-out repository.</summary>
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
                if (Extensions.Contains(Path.GetExtension(name)) && !name.Split('/').Intersect(OutputFolders).Any()) paths.Add(name, file);
            }
        }

        return new SourceArchive(paths);
    }

    /// <summary>Returns the root of the repository that contains a directory.</summary>
    /// <exception cref="DirectoryNotFoundException">The directory is not in the repository.</exception>
    public static string FindRoot(string directory)
    {
        for (var current = new DirectoryInfo(directory); current is not null; current = current.Parent)
            if (File.Exists(Path.Combine(current.FullName, "Spotify.Serverless.sln"))) return current.FullName;
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
