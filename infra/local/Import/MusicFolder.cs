using Spotify.Audio.Tags;
using Spotify.Functions.Ingest;

namespace Spotify.Local.Import;

/// <summary>A folder of music. Links are followed, each folder once; what is hidden is left alone.</summary>
/// <param name="root">The folder.</param>
/// <param name="excluded">A folder within it that is passed over: that of our own data.</param>
internal sealed class MusicFolder(string root, string excluded)
{
    private const int MaxCoverBytes = 16 * 1024 * 1024;

    private static readonly HashSet<string> Extensions = new([".ogg", ".oga", ".flac", ".mp3", ".m4a", ".mp4", ".opus", ".wav"], StringComparer.OrdinalIgnoreCase);
    private static readonly string[] CoverNames = ["cover", "folder", "front", "albumart"];
    private static readonly string[] CoverExtensions = [".jpg", ".jpeg", ".png"];

    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Reason)> unreadable = [];

    /// <summary>Folders that could not be read, with the reasons, once <see cref="Files"/> has been walked.</summary>
    public IReadOnlyList<(string Path, string Reason)> Unreadable => unreadable;

    /// <summary>The paths of its audio files, in the order of their names.</summary>
    public IEnumerable<string> Files() => Walk(new DirectoryInfo(Path.GetFullPath(root)));

    /// <summary>The cover that lies beside a file; null if there is none.</summary>
    /// <exception cref="IngestException">It cannot be read, or is no picture.</exception>
    public static EmbeddedPicture? FindCover(string audioPath)
    {
        var found = new DirectoryInfo(Path.GetDirectoryName(audioPath)!).EnumerateFiles()
            .Select(file => (File: file, Rank: Rank(file.Name)))
            .Where(cover => cover.Rank >= 0)
            .OrderBy(cover => cover.Rank).ThenBy(cover => cover.File.Name, StringComparer.Ordinal)
            .FirstOrDefault().File;
        if (found is null) return null;
        try
        {
            using var stream = found.OpenRead();
            if (stream.Length > MaxCoverBytes) throw new IngestException($"{found.Name} is larger than {MaxCoverBytes} bytes.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return EmbeddedPicture.MimeTypeOf(bytes) is { } mimeType ? new EmbeddedPicture(mimeType, bytes) : throw new IngestException($"{found.Name} is no picture.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngestException($"{found.Name} cannot be read: {e.Message}", e);
        }
    }

    private static int Rank(string name)
    {
        var stem = Array.FindIndex(CoverNames, cover => cover.Equals(Path.GetFileNameWithoutExtension(name), StringComparison.OrdinalIgnoreCase));
        var extension = Array.FindIndex(CoverExtensions, kind => kind.Equals(Path.GetExtension(name), StringComparison.OrdinalIgnoreCase));
        return stem < 0 || extension < 0 ? -1 : (stem * CoverExtensions.Length) + extension;
    }

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
            else if (Extensions.Contains(entry.Extension)) yield return entry.FullName;
        }
    }

    private static bool IsHidden(FileSystemInfo entry) => entry.Name.StartsWith('.') || (OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden));
}
