using System.Runtime.InteropServices;

namespace Spotify.Recommendations.Vectors;

/// <summary>Transparent huge pages of Linux.</summary>
internal static unsafe partial class HugePages
{
    // MADV_HUGEPAGE of <sys/mman.h>.
    private const int HugePageAdvice = 14;

    /// <summary>Asks for huge pages. Best effort: without them, memory is only slower.</summary>
    public static void Advise(void* start, nuint length)
    {
        if (OperatingSystem.IsLinux()) _ = Advise(start, length, HugePageAdvice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
