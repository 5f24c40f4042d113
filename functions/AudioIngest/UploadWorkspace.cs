using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The error for an upload whose import would need too much space or time.</summary>
/// <param name="reason">The reason, as a sentence.</param>
internal sealed class UploadRefusedException(string reason) : Exception(reason);

/// <summary>The file and temporary directories of one attempt to process an upload. Deleted when disposed.</summary>
internal sealed class UploadWorkspace : IDisposable
{
    private readonly Upload upload;
    private readonly IngestOptions options;
    private readonly UploadPaths paths;
    private readonly DirectoryInfo work;

    public UploadWorkspace(Upload upload, IngestOptions options)
    {
        (this.upload, this.options, paths) = (upload, options, new UploadPaths(options));
        FilePath = paths.PathOf(upload.Name);

        // A second check against path traversal, in addition to the validation of names.
        if (Path.GetFullPath(FilePath) != FilePath) throw new IngestException("The name is not a valid path.");
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        work = Directory.CreateTempSubdirectory("spotify-ingest-");
    }

    /// <summary>The path for the download. The file does not exist yet.</summary>
    public string FilePath { get; }

    /// <summary>Downloads the newest version of the object. Returns null if it does not exist.</summary>
    /// <exception cref="UploadRefusedException">The object is too large.</exception>
    /// <exception cref="IngestException">The object cannot be read.</exception>
    public async Task<SourceFile?> DownloadAsync(IObjectStore uploads, CancellationToken ct)
    {
        if (await uploads.FindAsync(upload.Name, ct) is not { } found) return null;
        if (found.Size > options.MaxBytes)
            throw new UploadRefusedException($"The object has {found.Size} bytes; the largest that is imported has {options.MaxBytes}.");
        try
        {
            await using (var content = await uploads.OpenReadAsync(upload.Name, null, ct))
            await using (var file = File.Create(FilePath)) await content.CopyToAsync(file, ct);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException e)
        {
            throw new IngestException(e.Message, e);
        }

        File.SetLastWriteTimeUtc(FilePath, found.Modified.UtcDateTime);
        return SourceFile.Stat(FilePath);
    }

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
