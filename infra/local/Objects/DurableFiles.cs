using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Spotify.Local.Objects;

/// <summary>Durable file operations that .NET's file API lacks, through system calls.</summary>
internal static class DurableFiles
{
    /// <summary>Renames a file atomically.</summary>
    /// <param name="from">The current path.</param>
    /// <param name="to">The new path.</param>
    /// <param name="onlyIfAbsent">Whether to fail if the new path exists, instead of replacing it.</param>
    /// <exception cref="IOException">The new path exists, or its directory does not.</exception>
    public static void Move(string from, string to, bool onlyIfAbsent)
    {
        const int noSuchEntry = 2;
        const int exists = 17;
        const int notDirectory = 20;
        if (!onlyIfAbsent || OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: !onlyIfAbsent);
            return;
        }

        // A link is atomic. File.Move is not: it checks and then renames, so two concurrent writers would both succeed.
        if (LinkFile(from, to) == 0)
        {
            File.Delete(from);
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        switch (error)
        {
            case noSuchEntry: throw new DirectoryNotFoundException();
            case exists or notDirectory: throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            default:
                // Some file systems (FAT, network file systems) have no links.
                File.Move(from, to, overwrite: false);
                return;
        }
    }

    /// <summary>Flushes a directory's entries to the disk. Does nothing if the directory does not exist.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void FlushDirectory(string directory)
    {
        const int noSuchEntry = 2;

        // File.OpenHandle does not open directories.
        var descriptor = OpenFile(directory, OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000);
        if (descriptor < 0)
        {
            // A removed directory needs no flush: it was empty, and the process that removed it flushes the parent.
            var error = Marshal.GetLastPInvokeError();
            if (error == noSuchEntry) return;
            throw new IOException($"The directory '{directory}' cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Calls open(2), read-only. The flags are O_CLOEXEC, whose value differs between systems.</summary>
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    /// <summary>Calls link(2).</summary>
    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LinkFile([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
