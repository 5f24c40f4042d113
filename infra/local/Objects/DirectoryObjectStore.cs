using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Spotify.Domain.Ports;

namespace Spotify.Local.Objects;

/// <summary>
/// Objects as files of one directory, each under its own name. Content is written aside, forced to the disk and renamed into place, and then
/// the directories above it are forced too, so that a power cut leaves the old object or the new one. (Windows cannot force directories:
/// there the file system's own journal decides when a rename is durable.) The media type is not kept: it follows from the extension.
/// Several processes may share the directory.
/// </summary>
public sealed class DirectoryObjectStore : IObjectStore
{
    private const string PartialDirectory = ".partial";
    private const int CopyBufferLength = 128 * 1024;

    // Each attempt fails only because someone else has just succeeded in removing an empty directory, or in cleaning up.
    private const int MaxAttempts = 1000;

    // What Windows takes in no file's name.
    private static readonly SearchValues<char> ForbiddenCharacters = SearchValues.Create(OperatingSystem.IsWindows() ? ":*?\"<>|" : "");

    private readonly string root;
    private readonly string partial;

    /// <summary>A store over a directory, which is made if it is not there. What crashed writes left behind is removed.</summary>
    /// <param name="root">The directory.</param>
    /// <exception cref="IOException">The directory cannot be made.</exception>
    public DirectoryObjectStore(string root)
    {
        this.root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        partial = Path.Combine(this.root, PartialDirectory);
        Directory.CreateDirectory(partial);
        RemoveLeftovers();
    }

    /// <summary>Whether an object may be called that here: <see cref="ObjectName.IsValid"/>, and as the system's files may.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name)
    {
        if (!ObjectName.IsValid(name) || name.ContainsAny(ForbiddenCharacters)) return false;
        var first = true;
        foreach (var range in name.Split('/'))
        {
            var segment = name[range];
            if (OperatingSystem.IsWindows() && segment[^1] is '.' or ' ') return false;
            if (first && segment.Equals(PartialDirectory, StringComparison.OrdinalIgnoreCase)) return false;
            first = false;
        }

        return true;
    }

    /// <summary>The path of the file that holds, or would hold, an object; null if the name is not valid. It may be replaced or removed at any time.</summary>
    public string? PathOf(string name) => IsValidName(name) ? Path.Join(root, name) : null;

    /// <summary>Opens the file that holds an object, for whoever sends it without streams; null if there is none. The caller closes it.</summary>
    /// <exception cref="IOException">There is one, but it cannot be opened.</exception>
    public SafeFileHandle? OpenFile(string name)
    {
        if (PathOf(name) is not { } path) return null;
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is UnauthorizedAccessException or IOException && !File.Exists(path)))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string name, ObjectRange? range, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (range is { } asked)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(asked.Offset, nameof(range));
            ArgumentOutOfRangeException.ThrowIfNegative(asked.Length ?? 0, nameof(range));
        }

        var file = OpenFile(name) ?? throw new FileNotFoundException($"There is no object '{name}'.", name);
        try
        {
            var size = RandomAccess.GetLength(file);
            var offset = range?.Offset ?? 0;
            if (offset > size) throw new ArgumentOutOfRangeException(nameof(range), offset, $"The object '{name}' has {size} bytes.");
            return Task.FromResult<Stream>(new FileRangeStream(file, offset, Math.Min(range?.Length ?? long.MaxValue, size - offset)));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full, or part of the name is an object already: a file cannot be a directory too.</exception>
    public async Task WriteAsync(string name, Stream content, WriteOptions options, CancellationToken ct)
    {
        var path = PathOf(name) ?? throw ObjectName.Invalid(name, nameof(name));
        if (options.OnlyIfAbsent && File.Exists(path))
        {
            // Whoever wrote it may not have come this far yet.
            FlushDirectories(path);
            return;
        }

        var (file, temporary) = CreatePartial();
        try
        {
            // The file stays open until it has its name: its lock tells a starting process that it is no leftover.
            await using (file.ConfigureAwait(false))
            {
                await content.CopyToAsync(file, CopyBufferLength, ct).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
                ct.ThrowIfCancellationRequested();
                MoveIntoPlace(temporary, path, name, options.OnlyIfAbsent);
            }
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushDirectories(path);
    }

    /// <inheritdoc/>
    public Task<StoredObject?> FindAsync(string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(PathOf(name) is { } path ? Describe(name, new FileInfo(path)) : null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        var slash = prefix.LastIndexOf('/');
        var directory = slash < 0 ? "" : prefix[..slash];
        if (slash >= 0 && !IsValidName(directory)) yield break;
        foreach (var found in Walk(slash < 0 ? "" : directory + "/", prefix))
        {
            ct.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (PathOf(name) is not { } path) return Task.CompletedTask;
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException && !File.Exists(path))
        {
            // A directory, or below a file: no object either way.
            return Task.CompletedTask;
        }

        RemoveEmptyDirectories(path);
        FlushDirectories(path);
        return Task.CompletedTask;
    }

    private static StoredObject? Describe(string name, FileInfo file)
    {
        try
        {
            return file.Exists ? new StoredObject(name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private (FileStream File, string Path) CreatePartial()
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = Path.Combine(partial, Guid.NewGuid().ToString("n"));
            try
            {
                var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);

                // A process that starts may have seen the file before it was locked, and have removed it as a leftover.
                if (File.Exists(path)) return (file, path);
                file.Dispose();
            }
            catch (IOException) when (attempt < MaxAttempts)
            {
                // Or it is about to, or the directory itself was removed by hand.
                Directory.CreateDirectory(partial);
                File.Delete(path);
            }
        }
    }

    private void MoveIntoPlace(string temporary, string path, string name, bool onlyIfAbsent)
    {
        var directory = Path.GetDirectoryName(path)!;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(directory);
                DurableFiles.Move(temporary, path, onlyIfAbsent);
                return;
            }
            catch (IOException) when (onlyIfAbsent && File.Exists(path))
            {
                File.Delete(temporary);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && IsTaken(path))
            {
                throw new IOException($"The object '{name}' cannot be written: part of its name is another object, or its name is part of others.", e);
            }
            catch (IOException) when (attempt < MaxAttempts && File.Exists(temporary))
            {
                // A deletion has taken a directory away because it was empty.
            }
        }
    }

    /// <summary>Whether there is a directory where a file is to be, or a file where a directory is to be.</summary>
    private bool IsTaken(string path)
    {
        if (Directory.Exists(path)) return true;
        for (var above = Path.GetDirectoryName(path)!; above.Length > root.Length; above = Path.GetDirectoryName(above)!)
        {
            if (File.Exists(above)) return true;
        }

        return false;
    }

    private void RemoveEmptyDirectories(string path)
    {
        for (var directory = Path.GetDirectoryName(path)!; directory.Length > root.Length; directory = Path.GetDirectoryName(directory)!)
        {
            try
            {
                // Fails if there is anything in it, in one step.
                Directory.Delete(directory, recursive: false);
            }
            catch (DirectoryNotFoundException)
            {
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private void RemoveLeftovers()
    {
        foreach (var path in Directory.EnumerateFiles(partial))
        {
            try
            {
                // Writers hold a lock as long as they live.
                using (File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    /// <summary>Depth first, subdirectories standing where their names with a slash do, which is the order of the whole names.</summary>
    private IEnumerable<StoredObject> Walk(string directory, string prefix)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = new DirectoryInfo(Path.Join(root, directory)).GetFileSystemInfos();
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException || (e is IOException && File.Exists(Path.Join(root, directory.TrimEnd('/')))))
        {
            yield break;
        }

        var named = entries
            .Select(entry => (Name: directory + entry.Name + (entry is DirectoryInfo ? "/" : ""), Entry: entry))
            .Where(item => item.Name.StartsWith(prefix, StringComparison.Ordinal)
                || (item.Entry is DirectoryInfo && prefix.StartsWith(item.Name, StringComparison.Ordinal)))
            .Where(item => IsValidName(item.Name.AsSpan().TrimEnd('/')))
            .OrderBy(item => item.Name, ObjectName.ByteOrder);
        foreach (var (name, entry) in named)
        {
            if (entry is FileInfo file)
            {
                if (Describe(name, file) is { } found) yield return found;
            }
            else if (entry.LinkTarget is null)
            {
                foreach (var found in Walk(name, prefix)) yield return found;
            }
        }
    }

    /// <summary>Forces the directories from an object's up to the root to the disk: any of them may be new, to us or to a writer beside us.</summary>
    private void FlushDirectories(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        for (var directory = Path.GetDirectoryName(path)!; directory.Length >= root.Length; directory = Path.GetDirectoryName(directory)!) DurableFiles.FlushDirectory(directory);
    }
}
