using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Spotify.Local.Objects;

/// <summary>What .NET's file API cannot do, by the system's calls.</summary>
internal static class DurableFiles
{
    /// <summary>Moves a file to its name in one step; with <paramref name="onlyIfAbsent"/>, to a name that nothing has.</summary>
    /// <exception cref="IOException">The name is taken, or its directory is not there.</exception>
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

        // File.Move looks whether there is a file and then renames: two writers at once would both find none. A link is one step.
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
                // File systems without links (FAT, some network ones) leave no better way.
                File.Move(from, to, overwrite: false);
                return;
        }
    }

    /// <summary>Forces a directory's entries to the disk. One that has gone held nothing.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void FlushDirectory(string directory)
    {
        const int noSuchEntry = 2;

        // File.OpenHandle refuses directories.
        var descriptor = OpenFile(directory, OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000);
        if (descriptor < 0)
        {
            // A directory that has gone held nothing; whoever removed it flushes what is above.
            var error = Marshal.GetLastPInvokeError();
            if (error == noSuchEntry) return;
            throw new IOException($"The directory '{directory}' cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>open(2), read only; flags: O_CLOEXEC, which has a number of its own on each system.</summary>
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    /// <summary>link(2).</summary>
    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LinkFile([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
