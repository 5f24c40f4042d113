using Spotify.Functions.Ingest;

namespace Spotify.Local.Import;

/// <summary>A folder of music. Links are followed, each folder once; what is hidden is left alone.</summary>
/// <param name="root">The folder.</param>
/// <param name="excluded">A folder within it that is passed over: that of our own data.</param>
internal sealed class MusicFolder(string root, string excluded)
{
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Reason)> unreadable = [];

    /// <summary>Folders that could not be read, with the reasons, once <see cref="Files"/> has been walked.</summary>
    public IReadOnlyList<(string Path, string Reason)> Unreadable => unreadable;

    /// <summary>The paths of its audio files, in the order of their names.</summary>
    public IEnumerable<string> Files() => Walk(new DirectoryInfo(Path.GetFullPath(root)));

    private IEnumerable<string> Walk(DirectoryInfo directory)
    {
        List<FileSystemInfo> entries;
        try
        {
            // A link may lead back to a folder that it is in.
            var real = directory.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? directory.FullName;
            if (!visited.Add(Path.TrimEndingDirectorySeparator(real)) || real == excluded) yield break;
            entries = [.. directory.EnumerateFileSystemInfos()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unreadable.Add((directory.FullName, e is UnauthorizedAccessException ? "The folder cannot be read: permission denied." : $"The folder cannot be read: {e.Message}"));
            yield break;
        }

        foreach (var entry in entries.Where(entry => !IsHidden(entry)).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo child)
                foreach (var file in Walk(child)) yield return file;
            else if (MusicFiles.IsAudio(entry.Name)) yield return entry.FullName;
        }
    }

    private static bool IsHidden(FileSystemInfo entry) => entry.Name.StartsWith('.') || (OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden));
}
