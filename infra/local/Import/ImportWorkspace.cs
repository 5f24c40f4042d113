using System.Globalization;
using Spotify.Local.Commands;

namespace Spotify.Local.Import;

/// <summary>
/// The working directory of an import, below the temporary directory. A lock allows one import at a time on a data directory. The lock ends
/// with the process, so a killed import does not block the next one, which removes its files.
/// </summary>
internal sealed class ImportWorkspace : IDisposable
{
    private readonly FileStream lockFile;
    private readonly string root;
    private int count;

    private ImportWorkspace(FileStream lockFile, string root)
    {
        this.lockFile = lockFile;
        this.root = root;
    }

    /// <summary>The free space of the disk, in bytes.</summary>
    public long FreeBytes => new DriveInfo(Path.GetFullPath(lockFile.Name)).AvailableFreeSpace;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="CommandFailedException">Another import is running.</exception>
    public static ImportWorkspace Open(DataDirectory data)
    {
        var lockFile = DirectoryLock.Take(data, "import", $"Another import is running on {data.Root}.");
        var all = Path.Combine(data.Temporary, "import");
        Remove(all);

        // Unique, so that an ffmpeg that outlived its import does not write into the files of this one.
        return new ImportWorkspace(lockFile, Path.Combine(all, Guid.NewGuid().ToString("n")));
    }

    /// <summary>Rents an empty directory. Disposing the lease deletes it with its content.</summary>
    public Lease Rent()
    {
        var path = Path.Combine(root, Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(path);
        return new Lease(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remove(root);
        lockFile.Dispose();
    }

    // Ignores failures, because an ffmpeg that outlived its import may still write there. The next import removes the rest.
    private static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    internal readonly struct Lease(string path) : IDisposable
    {
        public string Path => path;

        public void Dispose() => Remove(path);
    }
}
