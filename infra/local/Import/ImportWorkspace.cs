using System.Globalization;
using Spotify.Local.Commands;

namespace Spotify.Local.Import;

/// <summary>
/// The place where an import works, below the temporary directory. There is one import at a time on a data directory: the lock goes
/// with the process, so that a killed one does not stand in the way. What it left behind is removed.
/// </summary>
internal sealed class ImportWorkspace : IDisposable
{
    // What the systems say when someone else has a lock.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly FileStream hold;
    private readonly string root;
    private int count;

    private ImportWorkspace(FileStream hold, string root)
    {
        this.hold = hold;
        this.root = root;
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="CommandFailedException">Another import is at work.</exception>
    public static ImportWorkspace Open(DataDirectory data)
    {
        Directory.CreateDirectory(data.Temporary);
        var path = Path.Combine(data.Temporary, "import.lock");
        FileStream hold;
        try
        {
            hold = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new CommandFailedException($"Another import is running on {data.Root}.");
        }

        var all = Path.Combine(data.Temporary, "import");
        Remove(all);

        // A name of its own: an ffmpeg that outlived its import must not find its files again.
        return new ImportWorkspace(hold, Path.Combine(all, Guid.NewGuid().ToString("n")));
    }

    /// <summary>An empty directory, which is removed with what is in it when the lease is disposed.</summary>
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
        hold.Dispose();
    }

    // An ffmpeg that outlived its import may still be at work there: it will end, and the next import try again.
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
