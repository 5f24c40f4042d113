using System.Buffers;
using System.Security.Cryptography;
using Spotify.Domain.Ports;

namespace Spotify.Recommendations.Publishing;

/// <summary>The options of a <see cref="ModelLoader"/>.</summary>
public sealed record ModelLoaderOptions
{
    /// <summary>
    /// The directory of downloaded models, which belongs to this loader alone: other contents are deleted. On Cloud Run it is in memory.
    /// </summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Returns the path of an object, for stores whose objects are files; null for others. The files are used in place, without a copy.
    /// </summary>
    public Func<string, string?>? PathOf { get; init; }

    /// <summary>The largest model in bytes.</summary>
    public long MaxSize { get; init; } = 32L << 30;
}

/// <summary>Downloads models and opens them.</summary>
public sealed class ModelLoader(IObjectStore objects, ModelLoaderOptions options, TimeProvider time)
{
    private const int BufferSize = 1 << 17;

    private readonly ModelStore store = new(objects, time);

    /// <summary>Opens a version.</summary>
    /// <exception cref="InvalidDataException">The version is incomplete, damaged or too large.</exception>
    /// <exception cref="NotSupportedException">The model or a file has another format.</exception>
    public async Task<OpenModel> LoadAsync(string version, CancellationToken ct)
    {
        var manifest = await store.FindAsync(version, ct) ?? throw new InvalidDataException($"There is no version {version}.");
        if (manifest.Size > options.MaxSize)
            throw new InvalidDataException($"The version {version} has {manifest.Size} bytes; {options.MaxSize} are allowed.");
        if (options.PathOf?.Invoke(ModelStore.ObjectOf(version, ModelFiles.Tracks)) is { } path)
            return ModelFiles.Open(Path.GetDirectoryName(path)!, manifest);

        var directory = Path.Combine(options.Directory, version);
        Directory.CreateDirectory(directory);
        try
        {
            foreach (var file in manifest.Files) await DownloadAsync(version, file, Path.Combine(directory, file.Name), ct);
            var model = ModelFiles.Open(directory, manifest);
            model.Downloaded = directory;
            return model;
        }
        catch
        {
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>Deletes downloaded models that an earlier process left.</summary>
    /// <param name="used">A version that is in use; null if there is none.</param>
    public void RemoveLeftovers(string? used)
    {
        if (!Directory.Exists(options.Directory)) return;
        foreach (var path in Directory.EnumerateDirectories(options.Directory))
            if (Path.GetFileName(path) != used) Directory.Delete(path, recursive: true);
    }

    private async Task DownloadAsync(string version, ModelFile file, string path, CancellationToken ct)
    {
        var name = ModelStore.ObjectOf(version, file.Name);
        await using var source = await objects.OpenReadAsync(name, null, ct);
        await using var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var left = file.Size;
            while (await source.ReadAsync(buffer, ct) is > 0 and var count)
            {
                left -= count;
                if (left < 0) break;
                hash.AppendData(buffer, 0, count);
                await target.WriteAsync(buffer.AsMemory(0, count), ct);
            }

            if (left != 0) throw new InvalidDataException($"{name}: the size is not {file.Size} bytes.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
            throw new InvalidDataException($"{name}: the SHA-256 differs from the manifest.");
    }
}
