using Spotify.Local.Commands;

namespace Spotify.Local;

/// <summary>
/// Locks that allow one process at a time to do something with a data directory. A lock ends with its process, so a killed process does not
/// block the next one.
/// </summary>
internal static class DirectoryLock
{
    // The error codes for a lock that another process holds.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>Takes a lock. Disposing the file releases it.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="name">The name of the lock.</param>
    /// <param name="taken">The error message if another process has the lock.</param>
    /// <exception cref="CommandFailedException">Another process has the lock.</exception>
    public static FileStream Take(DataDirectory data, string name, string taken) =>
        TryTake(data, name) ?? throw new CommandFailedException(taken);

    /// <summary>Takes a lock; null if another process has it.</summary>
    public static FileStream? TryTake(DataDirectory data, string name)
    {
        Directory.CreateDirectory(data.Temporary);
        try
        {
            return new FileStream(
                Path.Combine(data.Temporary, $"{name}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            return null;
        }
    }
}
