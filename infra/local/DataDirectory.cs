using System.Security.Cryptography;
using Spotify.Local.Objects;

namespace Spotify.Local;

/// <summary>Where one machine keeps everything.</summary>
public sealed class DataDirectory
{
    /// <summary>Opens or makes the directory.</summary>
    /// <exception cref="IOException">It cannot be made, or is a file.</exception>
    public DataDirectory(string root)
    {
        Root = Path.GetFullPath(root);
        Make(Root);
        Make(Keys);
    }

    /// <summary>The directory, as an absolute path.</summary>
    public string Root { get; }

    /// <summary>The database.</summary>
    public string Database => Path.Combine(Root, "database.sqlite");

    /// <summary>Messages and tasks that are to be delivered.</summary>
    public string Queues => Path.Combine(Root, "queues.sqlite");

    /// <summary>Audio and images, by object name.</summary>
    public string Objects => Path.Combine(Root, "objects");

    /// <summary>Secrets.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Work in progress, free to remove when nothing runs.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>
    /// The text of a secret, made on first use. Two processes that make it at once agree on one; once it was returned, it survives
    /// a crash.
    /// </summary>
    public string Secret(string name, Func<string> make)
    {
        var path = Path.Combine(Keys, name);
        if (!File.Exists(path))
        {
            var temporary = $"{path}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(make()));
                file.Flush(flushToDisk: true);
            }

            try
            {
                DurableFiles.Move(temporary, path, onlyIfAbsent: true);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(temporary);
            }

            if (!OperatingSystem.IsWindows())
                foreach (var directory in new[] { Path.GetDirectoryName(path)!, Keys, Root }) DurableFiles.FlushDirectory(directory);
        }

        return File.ReadAllText(path);
    }

    private static void Make(string directory)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
