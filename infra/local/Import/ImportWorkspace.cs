using System.Globalization;
using Spotify.Local.Commands;

namespace Spotify.Local.Import;

/// <summary>
/// The working directory of an import, below the temporary directory. A lock allows one import at a time on a data directory. The lock ends
/// with the process, so a killed import does not block the next one, which removes its files.
/// </summary>
internal sealed class ImportWorkspace : IDisposable
{
    // The error codes for a lock that another process holds.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

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
        Directory.CreateDirectory(data.Temporary);
        var path = Path.Combine(data.Temporary, "import.lock");
        FileStream lockFile;
        try
        {
            lockFile = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new CommandFailedException($"Another import is running on {data.Root}.");
        }

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
