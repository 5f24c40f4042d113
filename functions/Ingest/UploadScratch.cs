using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>The paths by which uploads are known, and at which they lie while they are worked on.</summary>
internal sealed class UploadPlaces(IngestOptions options)
{
    /// <summary>What they begin with, a separator at its end.</summary>
    public string Prefix { get; } = Path.Join(Path.TrimEndingDirectorySeparator(options.Root), options.UploadBucket) + Path.DirectorySeparatorChar;

    /// <summary>The path of an object.</summary>
    public string PathOf(string name) => Prefix + name.Replace('/', Path.DirectorySeparatorChar);

    /// <summary>The object at a path; null if the path is none of the bucket's.</summary>
    public string? ObjectAt(string path) => path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..].Replace(Path.DirectorySeparatorChar, '/') : null;
}

/// <summary>Where one try works: the upload's own path, and directories for what is made of it. All of it goes with it.</summary>
internal sealed class UploadScratch : IDisposable
{
    private readonly UploadPlaces places;
    private readonly DirectoryInfo work;

    public UploadScratch(UploadPlaces places, Upload upload)
    {
        this.places = places;
        FilePath = places.PathOf(upload.Name);

        // Names are checked before; this holds whatever becomes of that check.
        if (Path.GetFullPath(FilePath) != FilePath) throw new IngestException("Its name leads out of its place.");
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        work = Directory.CreateTempSubdirectory("spotify-ingest-");
    }

    /// <summary>The upload's path; nothing is there yet.</summary>
    public string FilePath { get; }

    /// <summary>An empty directory.</summary>
    public string Rent() => work.CreateSubdirectory(Guid.NewGuid().ToString("n")).FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        // An ffmpeg that is being killed may still write: what stays goes with the instance.
        try
        {
            work.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        try
        {
            File.Delete(FilePath);
            for (var directory = Path.GetDirectoryName(FilePath)!; directory.Length >= places.Prefix.Length - 1; directory = Path.GetDirectoryName(directory)!)
                Directory.Delete(directory, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that holds something else stays.
        }
    }
}
