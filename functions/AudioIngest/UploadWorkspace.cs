using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The file and temporary directories of one attempt to import an upload. Deleted when disposed.</summary>
internal sealed class UploadWorkspace : IDisposable
{
    private readonly UploadPaths paths;
    private readonly DirectoryInfo work;

    public UploadWorkspace(UploadPaths paths, Upload upload)
    {
        this.paths = paths;
        FilePath = paths.PathOf(upload.Name);

        // A second check against path traversal, in addition to the validation of names.
        if (Path.GetFullPath(FilePath) != FilePath) throw new IngestException("The name is not a valid path.");
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        work = Directory.CreateTempSubdirectory("spotify-ingest-");
    }

    /// <summary>The path for the download. The file does not exist yet.</summary>
    public string FilePath { get; }

    /// <summary>Creates an empty temporary directory.</summary>
    public string CreateDirectory() => work.CreateSubdirectory(Guid.NewGuid().ToString("n")).FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        // An ffmpeg process that is being killed may still write. Files that remain are deleted with the instance.
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
            for (var directory = Path.GetDirectoryName(FilePath)!;
                directory.Length >= paths.Prefix.Length - 1;
                directory = Path.GetDirectoryName(directory)!)
                Directory.Delete(directory, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Folders that contain other files are kept.
        }
    }
}
