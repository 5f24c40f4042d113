using Spotify.Audio.Tags;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>The picture that lies beside audio files, for those that hold none: <c>cover.jpg</c> and what else it is usually called.</summary>
public static class FolderCover
{
    /// <summary>The largest that is read, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly string[] Names = ["cover", "folder", "front", "albumart"];
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    /// <summary>Which of a folder's files is its cover; null if none is.</summary>
    /// <param name="names">Their names, without the folder.</param>
    public static string? Choose(IEnumerable<string> names) => names
        .Select(name => (Name: name, Rank: Rank(name)))
        .Where(cover => cover.Rank >= 0)
        .OrderBy(cover => cover.Rank).ThenBy(cover => cover.Name, StringComparer.Ordinal)
        .FirstOrDefault().Name;

    /// <summary>The cover that lies beside a file of the file system; null if there is none.</summary>
    /// <exception cref="IngestException">It cannot be read, or is no picture.</exception>
    public static EmbeddedPicture? Find(string audioPath)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(audioPath)!);
        if (Choose(folder.EnumerateFiles().Select(file => file.Name)) is not { } name) return null;
        try
        {
            using var stream = File.OpenRead(Path.Combine(folder.FullName, name));
            CheckSize(name, stream.Length);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return Picture(name, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngestException($"{name} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Refuses a cover that is too large to be read.</summary>
    /// <exception cref="IngestException">It is.</exception>
    internal static void CheckSize(string name, long sizeBytes)
    {
        if (sizeBytes > MaxBytes) throw new IngestException($"{name} is larger than {MaxBytes} bytes.");
    }

    /// <summary>A cover that was read.</summary>
    /// <exception cref="IngestException">It is no picture.</exception>
    internal static EmbeddedPicture Picture(string name, byte[] bytes) =>
        EmbeddedPicture.MimeTypeOf(bytes) is { } mimeType ? new EmbeddedPicture(mimeType, bytes) : throw new IngestException($"{name} is no picture.");

    private static int Rank(string name)
    {
        var stem = Array.FindIndex(Names, cover => cover.Equals(Path.GetFileNameWithoutExtension(name), StringComparison.OrdinalIgnoreCase));
        var extension = Array.FindIndex(Extensions, kind => kind.Equals(Path.GetExtension(name), StringComparison.OrdinalIgnoreCase));
        return stem < 0 || extension < 0 ? -1 : (stem * Extensions.Length) + extension;
    }
}
