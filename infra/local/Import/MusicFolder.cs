using Spotify.Functions.AudioIngest;

namespace Spotify.Local.Import;

/// <summary>A folder of music. Follows links, but visits each folder once. Skips hidden files and folders.</summary>
/// <param name="root">The folder.</param>
/// <param name="excluded">A subfolder to skip: the data directory.</param>
internal sealed class MusicFolder(string root, string excluded)
{
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Reason)> unreadable = [];

    /// <summary>The folders that could not be read, with the reasons. Complete after <see cref="Files"/> has been enumerated.</summary>
    public IReadOnlyList<(string Path, string Reason)> Unreadable => unreadable;

    /// <summary>Returns the paths of the audio files, ordered by name.</summary>
    public IEnumerable<string> Files() => Walk(new DirectoryInfo(Path.GetFullPath(root)));

    private IEnumerable<string> Walk(DirectoryInfo directory)
    {
        List<FileSystemInfo> entries;
        try
        {
            // A link may lead to a folder above it.
            var real = directory.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? directory.FullName;
            if (!visited.Add(Path.TrimEndingDirectorySeparator(real)) || real == excluded) yield break;
            entries = [.. directory.EnumerateFileSystemInfos()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = e is UnauthorizedAccessException ? "permission denied." : e.Message;
            unreadable.Add((directory.FullName, $"The folder cannot be read: {reason}"));
            yield break;
        }

        foreach (var entry in entries.Where(entry => !IsHidden(entry)).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo child)
                foreach (var file in Walk(child)) yield return file;
            else if (MusicFiles.IsAudio(entry.Name)) yield return entry.FullName;
        }
    }

    private static bool IsHidden(FileSystemInfo entry) =>
        entry.Name.StartsWith('.') || (OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden));
}
