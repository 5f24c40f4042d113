using Pulumi;
using Pulumi.Gcp.Storage.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The web player: static files in the only public bucket.</summary>
internal sealed class WebPlayer : Layer
{
    // Text only, because contents are strings.
    private static readonly Dictionary<string, string> MediaTypes = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".txt"] = "text/plain; charset=utf-8",
    };

    /// <summary>Declares the resources.</summary>
    /// <param name="folder">The folder of the player's files.</param>
    public WebPlayer(StackSettings settings, Services services, string folder) : base("player", services)
    {
        Bucket = new Gcp.Storage.Bucket(
            "player",
            new()
            {
                Name = settings.BucketName("player"),
                Location = settings.BucketLocation,
                UniformBucketLevelAccess = true,
                ForceDestroy = true,
                Website = new BucketWebsiteArgs { MainPageSuffix = "index.html" },
            },
            Own);
        _ = new Gcp.Storage.BucketIAMMember(
            "player-public", new() { Bucket = Bucket.Name, Role = "roles/storage.objectViewer", Member = "allUsers" }, Own);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            var arguments = new Gcp.Storage.BucketObjectArgs
            {
                Bucket = Bucket.Name,
                Name = name,
                ContentType = MediaTypes.GetValueOrDefault(Path.GetExtension(path))
                    ?? throw new RunException($"{path} has no known media type: add its extension to {nameof(MediaTypes)}."),
                // File names contain no hash, because there is no build step. Clients therefore revalidate each file.
                CacheControl = "no-cache",
                // Content is updated in place. A changed source would delete the file before its successor is there.
                Content = File.ReadAllText(path),
            };
            _ = new Gcp.Storage.BucketObject(name, arguments, Own);
        }

        RegisterOutputs();
    }

    /// <summary>The bucket.</summary>
    public Gcp.Storage.Bucket Bucket { get; }
}
