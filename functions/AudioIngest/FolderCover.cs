using Spotify.Audio.Tags;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// The cover image in the folder of an audio file (<c>cover.jpg</c> and other usual names), for audio files without an embedded picture.
/// </summary>
public static class FolderCover
{
    /// <summary>The maximum size of a cover in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly string[] Names = ["cover", "folder", "front", "albumart"];
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    /// <summary>Returns the name of the cover among the files of a folder, or null if there is none.</summary>
    /// <param name="names">The file names, without the folder.</param>
    public static string? Choose(IEnumerable<string> names) => names
        .Select(name => (Name: name, Rank: Rank(name)))
        .Where(cover => cover.Rank >= 0)
        .OrderBy(cover => cover.Rank).ThenBy(cover => cover.Name, StringComparer.Ordinal)
        .FirstOrDefault().Name;

    /// <summary>Reads the cover in the folder of an audio file. Returns null if there is none.</summary>
    /// <exception cref="IngestException">The cover cannot be read, is too large or is not a picture.</exception>
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

    /// <summary>Checks that a cover is not too large.</summary>
    /// <exception cref="IngestException">The cover is larger than <see cref="MaxBytes"/>.</exception>
    internal static void CheckSize(string name, long sizeBytes)
    {
        if (sizeBytes > MaxBytes) throw new IngestException($"{name} is larger than {MaxBytes} bytes.");
    }

    /// <summary>Creates a picture from the content of a cover file.</summary>
    /// <exception cref="IngestException">The content is not a supported image format.</exception>
    internal static EmbeddedPicture Picture(string name, byte[] bytes) =>
        EmbeddedPicture.MimeTypeOf(bytes) is { } mimeType
            ? new EmbeddedPicture(mimeType, bytes)
            : throw new IngestException($"{name} is not a supported picture.");

    private static int Rank(string name)
    {
        var stem = IndexOf(Names, Path.GetFileNameWithoutExtension(name));
        var extension = IndexOf(Extensions, Path.GetExtension(name));
        return stem < 0 || extension < 0 ? -1 : (stem * Extensions.Length) + extension;

        static int IndexOf(string[] values, string value) =>
            Array.FindIndex(values, other => other.Equals(value, StringComparison.OrdinalIgnoreCase));
    }
}
