using Spotify.Local.Commands;

namespace Spotify.Local.Training;

/// <summary>
/// The working directory of a training, below the temporary directory. A lock allows one training at a time on a data directory; the next
/// one removes the files of a killed one.
/// </summary>
internal sealed class TrainingWorkspace : IDisposable
{
    private const string LockName = "train";

    private readonly FileStream lockFile;

    private TrainingWorkspace(FileStream lockFile, string path) => (this.lockFile, Path) = (lockFile, path);

    /// <summary>The directory, empty at first.</summary>
    public string Path { get; }

    /// <summary>Takes the lock and creates the directory.</summary>
    /// <exception cref="CommandFailedException">Another training is running.</exception>
    public static TrainingWorkspace Open(DataDirectory data)
    {
        var lockFile = DirectoryLock.Take(data, LockName, $"Another training is running on {data.Root}.");
        var path = System.IO.Path.Combine(data.Temporary, "train");
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        return new TrainingWorkspace(lockFile, path);
    }

    /// <summary>Returns whether a training runs on a data directory.</summary>
    public static bool IsInUse(DataDirectory data)
    {
        using var lockFile = DirectoryLock.TryTake(data, LockName);
        return lockFile is null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        lockFile.Dispose();
    }
}
