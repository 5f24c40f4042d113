using System.Runtime.InteropServices;

namespace Spotify.Benchmarks.Import;

/// <summary>The processor time of the child processes that have ended, including that of their own children.</summary>
internal static class ChildProcessorTime
{
    private const int Children = -1;

    public static TimeSpan Now
    {
        get
        {
            if (GetResourceUsage(Children, out var usage) != 0) throw new BenchmarkException("getrusage failed.");
            return usage.User.ToTimeSpan() + usage.System.ToTimeSpan();
        }
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetResourceUsage(int who, out Usage usage);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        private readonly nint seconds;
        private readonly nint microseconds;

        public TimeSpan ToTimeSpan() => TimeSpan.FromSeconds(seconds) + TimeSpan.FromMicroseconds(microseconds);
    }

    // The other members of struct rusage are not needed, but have to fit.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private readonly struct Usage
    {
        public readonly Time User;
        public readonly Time System;
    }
}
