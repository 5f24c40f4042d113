namespace Spotify.Functions.AudioIngest;

/// <summary>The local paths that identify uploads, and to which they are downloaded.</summary>
internal sealed class UploadPaths(IngestOptions options)
{
    /// <summary>The common prefix of the paths, with a separator at its end.</summary>
    public string Prefix { get; } =
        Path.Join(Path.TrimEndingDirectorySeparator(options.Root), options.UploadBucket) + Path.DirectorySeparatorChar;

    /// <summary>Returns the path of an object.</summary>
    public string PathOf(string name) => Prefix + name.Replace('/', Path.DirectorySeparatorChar);

    /// <summary>Returns the name of the object with a path, or null if the path does not belong to the bucket.</summary>
    public string? ObjectAt(string path) => path.StartsWith(Prefix, StringComparison.Ordinal)
        ? path[Prefix.Length..].Replace(Path.DirectorySeparatorChar, '/')
        : null;
}
