using System.Security.Cryptography;
using Spotify.Local.Objects;

namespace Spotify.Local;

/// <summary>The directory of all data of one machine.</summary>
public sealed class DataDirectory
{
    /// <summary>Opens the directory. Creates it if it does not exist.</summary>
    /// <exception cref="IOException">The directory cannot be created, or is a file.</exception>
    public DataDirectory(string root)
    {
        Root = Path.GetFullPath(root);
        Create(Root);
        Create(Keys);
    }

    /// <summary>The directory, as an absolute path.</summary>
    public string Root { get; }

    /// <summary>The file of the database.</summary>
    public string Database => Path.Combine(Root, "database.sqlite");

    /// <summary>The file of messages and tasks.</summary>
    public string Queues => Path.Combine(Root, "queues.sqlite");

    /// <summary>The file of the warehouse.</summary>
    public string Warehouse => Path.Combine(Root, "warehouse.sqlite");

    /// <summary>The file of the live documents of players.</summary>
    public string Players => Path.Combine(Root, "players.sqlite");

    /// <summary>The directory of objects.</summary>
    public string Objects => Path.Combine(Root, "objects");

    /// <summary>The directory of secrets.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>The directory of temporary files. Can be deleted while nothing runs.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>
    /// Returns a secret and creates it on first use. Concurrent processes get the same secret. A returned secret survives a power cut.
    /// </summary>
    /// <param name="name">The path of the file in <see cref="Keys"/>.</param>
    /// <param name="create">Creates the secret.</param>
    public string Secret(string name, Func<string> create)
    {
        var path = Path.Combine(Keys, name);
        if (!File.Exists(path))
        {
            var temporary = $"{path}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(create()));
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

    private static void Create(string directory)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, ownerOnly);
    }
}
