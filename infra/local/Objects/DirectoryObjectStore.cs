using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Spotify.Domain.Ports;

namespace Spotify.Local.Objects;

/// <summary>
/// Objects as files of a directory, under their own names. A write creates a temporary file, flushes it, renames it and flushes the
/// directories above, so a power cut leaves either the old object or the new one. (Windows cannot flush directories; there the file
/// system's journal decides when a rename is durable.) The media type is not stored, because it follows from the extension. Several
/// processes may share the directory.
/// </summary>
public sealed class DirectoryObjectStore : IObjectStore
{
    private const string PartialDirectory = ".partial";
    private const int CopyBufferLength = 128 * 1024;

    // An attempt fails only if another process has just removed an empty directory or cleaned up.
    private const int MaxAttempts = 1000;

    // Windows forbids these in file names.
    private static readonly SearchValues<char> ForbiddenCharacters = SearchValues.Create(OperatingSystem.IsWindows() ? ":*?\"<>|" : "");

    private readonly string root;
    private readonly string partial;

    /// <summary>Opens a store. Creates the directory if it does not exist, and removes the temporary files of crashed writes.</summary>
    /// <param name="root">The directory.</param>
    /// <exception cref="IOException">The directory cannot be created.</exception>
    public DirectoryObjectStore(string root)
    {
        this.root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        partial = Path.Combine(this.root, PartialDirectory);
        Directory.CreateDirectory(partial);
        RemoveLeftovers();
    }

    /// <summary>Returns whether a name is valid as an <see cref="ObjectName"/> and as a path of this system.</summary>
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

    /// <summary>Returns the path of an object's file, whether or not it exists. The file may be replaced or removed at any time.</summary>
    /// <returns>The path; null if the name is not valid.</returns>
    public string? PathOf(string name) => IsValidName(name) ? Path.Join(root, name) : null;

    /// <summary>Opens an object's file, for callers that send it without streams. The caller closes the handle.</summary>
    /// <returns>The handle; null if the object does not exist.</returns>
    /// <exception cref="IOException">The object exists but cannot be opened.</exception>
    public SafeFileHandle? OpenFile(string name)
    {
        if (PathOf(name) is not { } path) return null;
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException
            || (e is UnauthorizedAccessException or IOException && !File.Exists(path)))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string name, ObjectRange? range, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (range is { } requested)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(requested.Offset, nameof(range));
            ArgumentOutOfRangeException.ThrowIfNegative(requested.Length ?? 0, nameof(range));
        }

        var file = OpenFile(name) ?? throw new FileNotFoundException($"The object '{name}' does not exist.", name);
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
    /// <exception cref="IOException">The disk is full, or part of the name is another object.</exception>
    public async Task WriteAsync(string name, Stream content, WriteOptions options, CancellationToken ct)
    {
        var path = PathOf(name) ?? throw ObjectName.Invalid(name, nameof(name));
        if (options.OnlyIfAbsent && File.Exists(path))
        {
            // The other writer may not have flushed the directories yet.
            FlushDirectories(path);
            return;
        }

        var (file, temporary) = CreatePartial();
        try
        {
            // The file stays open until the rename, because its lock protects it from the cleanup of a starting process.
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
            // The path is a directory or below a file, so the object does not exist.
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
                var file = new FileStream(
                    path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);

                // The cleanup of a starting process may have removed the file before it was locked.
                if (File.Exists(path)) return (file, path);
                file.Dispose();
            }
            catch (IOException) when (attempt < MaxAttempts)
            {
                // The cleanup of a starting process holds the file, or the directory was removed.
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
                throw new IOException(
                    $"The object '{name}' cannot be written: part of its name is another object, or its name is part of others.", e);
            }
            catch (IOException) when (attempt < MaxAttempts && File.Exists(temporary))
            {
                // A concurrent deletion removed a directory because it was empty.
            }
        }
    }

    /// <summary>Returns whether the path is a directory, or has a file where it needs a directory.</summary>
    private bool IsTaken(string path)
    {
        if (Directory.Exists(path)) return true;
        return DirectoriesAbove(path).Any(File.Exists);
    }

    private void RemoveEmptyDirectories(string path)
    {
        foreach (var directory in DirectoriesAbove(path))
        {
            try
            {
                // Fails atomically if the directory is not empty.
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
                // Fails for the files of running writers, which hold a lock.
                using (File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    /// <summary>Returns objects in the byte order of their names: depth first, with a slash at the end of directory names.</summary>
    private IEnumerable<StoredObject> Walk(string directory, string prefix)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = new DirectoryInfo(Path.Join(root, directory)).GetFileSystemInfos();
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException
            || (e is IOException && File.Exists(Path.Join(root, directory.TrimEnd('/')))))
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

    /// <summary>Flushes the directories above an object, because this or a concurrent write may have created them.</summary>
    private void FlushDirectories(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var directory in DirectoriesAbove(path)) DurableFiles.FlushDirectory(directory);
        DurableFiles.FlushDirectory(root);
    }

    /// <summary>Returns the directories between an object and the root, the deepest first, without the root.</summary>
    private IEnumerable<string> DirectoriesAbove(string path)
    {
        for (var directory = Path.GetDirectoryName(path)!; directory.Length > root.Length; directory = Path.GetDirectoryName(directory)!)
            yield return directory;
    }
}
