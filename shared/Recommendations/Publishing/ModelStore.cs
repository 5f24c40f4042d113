using System.Text.Json;
using Spotify.Domain.Ports;

namespace Spotify.Recommendations.Publishing;

/// <summary>A version in the store.</summary>
/// <param name="Version">The name.</param>
/// <param name="SavedAt">When its manifest was written.</param>
/// <param name="Size">The size of its objects in bytes.</param>
/// <param name="IsPublished">Whether the version is in use.</param>
/// <param name="Manifest">The manifest; null if it is damaged or of another format.</param>
public sealed record StoredModel(string Version, DateTimeOffset SavedAt, long Size, bool IsPublished, ModelManifest? Manifest);

/// <summary>The error for a version that cannot be published or rolled back to. The message is one line.</summary>
public sealed class ModelStoreException(string message) : Exception(message);

/// <summary>
/// The versions of models in the object store: <c>models/{version}/…</c>, which never change, and the pointer <c>models/current.json</c>.
/// A version is complete when it has a manifest, which is written last. Publication is one atomic write of the pointer. If two processes
/// publish at the same time, the last write of the pointer wins; both versions stay.
/// </summary>
public sealed class ModelStore(IObjectStore objects, TimeProvider time)
{
    /// <summary>The number of the newest versions that are kept, besides the published one and the one before.</summary>
    public const int KeptVersions = 5;

    private const string Prefix = "models/";
    private const string PointerName = Prefix + "current.json";
    private const string ManifestFile = "manifest.json";
    private const int MaxJsonSize = 1 << 20;

    // The objects of a version without a manifest may be those of a process that is still writing.
    private static readonly TimeSpan LongestSave = TimeSpan.FromDays(1);

    private static readonly WriteOptions Json = new("application/json");
    private static readonly WriteOptions Binary = new("application/octet-stream", OnlyIfAbsent: true, Immutable: true);

    /// <summary>Returns the name of the object of a version's file.</summary>
    public static string ObjectOf(string version, string file) => $"{Prefix}{version}/{file}";

    /// <summary>Returns the pointer; null if no version is published.</summary>
    /// <exception cref="InvalidDataException">The pointer is damaged.</exception>
    public async Task<ModelPointer?> CurrentAsync(CancellationToken ct)
    {
        if (await ReadAsync(PointerName, ct) is not { } json) return null;
        try
        {
            var pointer = JsonSerializer.Deserialize(json, PublishingJson.Default.ModelPointer);
            if (ModelVersion.IsValid(pointer?.Version) && (pointer!.Previous is null || ModelVersion.IsValid(pointer.Previous)))
                return pointer;
            throw new InvalidDataException($"{PointerName}: the version is invalid.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{PointerName}: the pointer is damaged: {e.Message}", e);
        }
    }

    /// <summary>Returns the manifest of a version; null if there is no complete version of the name.</summary>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    /// <exception cref="NotSupportedException">The model has another format.</exception>
    public async Task<ModelManifest?> FindAsync(string version, CancellationToken ct)
    {
        if (!ModelVersion.IsValid(version)) return null;
        var name = ObjectOf(version, ManifestFile);
        if (await ReadAsync(name, ct) is not { } json) return null;
        var manifest = ModelManifest.Parse(json, name);
        return manifest.Version == version ? manifest : throw new InvalidDataException($"{name}: the manifest is of another version.");
    }

    /// <summary>Returns the complete versions, the newest first.</summary>
    /// <exception cref="InvalidDataException">The pointer is damaged.</exception>
    public async Task<IReadOnlyList<StoredModel>> ListAsync(CancellationToken ct)
    {
        var published = (await CurrentAsync(ct))?.Version;
        var models = new List<StoredModel>();
        foreach (var (version, content) in await VersionsAsync(ct))
        {
            if (ManifestIn(content) is not { } manifest) continue;
            models.Add(new StoredModel(
                version, manifest.Modified, content.Sum(one => one.Size), version == published, await ReadableAsync(version, ct)));
        }

        models.Reverse();
        return models;
    }

    /// <summary>Writes a version. It is complete when the task completes, and not yet published.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="directory">The directory with the files.</param>
    /// <param name="progress">Receives the number of files written.</param>
    /// <param name="ct">Cancels the call; objects of the incomplete version may remain until a later version is published.</param>
    public async Task SaveAsync(ModelManifest manifest, string directory, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        var done = 0;
        foreach (var file in manifest.Files)
        {
            await using var stream = File.OpenRead(Path.Combine(directory, file.Name));
            await objects.WriteAsync(ObjectOf(manifest.Version, file.Name), stream, Binary, ct);
            progress?.Report(new TrainingProgress("saving", ++done, manifest.Files.Count));
        }

        using var json = new MemoryStream(manifest.ToJson());
        await objects.WriteAsync(ObjectOf(manifest.Version, ManifestFile), json, Json, ct);
    }

    /// <summary>Publishes a version, without checks of its quality, and deletes versions that are no longer kept.</summary>
    /// <exception cref="ModelStoreException">There is no complete version of the name, or a file is missing.</exception>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    /// <exception cref="NotSupportedException">The model has another format.</exception>
    public async Task PublishAsync(string version, CancellationToken ct)
    {
        await PointAsync(version, await ReplaceableAsync(ct), ct);
        await PruneAsync(ct);
    }

    /// <summary>Publishes an earlier version again.</summary>
    /// <param name="version">The version; null for the one that was published before the present one.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The version that is published now.</returns>
    /// <exception cref="ModelStoreException">There is no such version.</exception>
    /// <exception cref="InvalidDataException">The manifest or the pointer is damaged.</exception>
    /// <exception cref="NotSupportedException">The model has another format.</exception>
    public async Task<string> RollBackAsync(string? version, CancellationToken ct)
    {
        var current = await CurrentAsync(ct);
        version ??= current?.Previous ?? throw new ModelStoreException("No version was published before the present one.");
        await PointAsync(version, current, ct);
        return version;
    }

    /// <summary>
    /// Deletes all versions but the newest <see cref="KeptVersions"/>, the published one and the one before, and the remains of versions
    /// that were not completed within a day.
    /// </summary>
    public async Task PruneAsync(CancellationToken ct)
    {
        var current = await CurrentAsync(ct);
        var versions = await VersionsAsync(ct);
        var kept = versions.Where(version => ManifestIn(version.Objects) is not null).Select(version => version.Version)
            .TakeLast(KeptVersions).Append(current?.Version).Append(current?.Previous).ToHashSet();
        foreach (var (version, content) in versions.Where(version => !kept.Contains(version.Version)))
        {
            if (ManifestIn(content) is null && content.Max(one => one.Modified) > time.GetUtcNow() - LongestSave) continue;
            if (!await TryHideAsync(version, ct)) continue;
            foreach (var one in content) await objects.DeleteAsync(one.Name, ct);
        }
    }

    // The pointer is written before the manifest is looked for a second time, and TryHideAsync deletes the manifest before it reads the
    // pointer, so that one of two concurrent calls notices the other.
    private async Task PointAsync(string version, ModelPointer? current, CancellationToken ct)
    {
        var manifest = await FindAsync(version, ct) ?? throw new ModelStoreException($"There is no version {version}.");
        foreach (var file in manifest.Files)
        {
            if (await objects.FindAsync(ObjectOf(version, file.Name), ct) is not { } found || found.Size != file.Size)
                throw new ModelStoreException($"The version {version} lacks the file {file.Name}.");
        }

        if (version == current?.Version) return;
        await WriteAsync(new ModelPointer(version, current?.Version, time.GetUtcNow()), ct);
        if (await objects.FindAsync(ObjectOf(version, ManifestFile), CancellationToken.None) is not null) return;
        if (current is not null) await WriteAsync(current, CancellationToken.None);
        throw new ModelStoreException($"The version {version} was deleted by another process.");
    }

    // A damaged pointer is replaced.
    private async Task<ModelPointer?> ReplaceableAsync(CancellationToken ct)
    {
        try
        {
            return await CurrentAsync(ct);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Makes a version incomplete; false if another process has published it meanwhile.</summary>
    private async Task<bool> TryHideAsync(string version, CancellationToken ct)
    {
        var name = ObjectOf(version, ManifestFile);
        if (await ReadAsync(name, ct) is not { } manifest) return true;
        await objects.DeleteAsync(name, ct);
        if ((await CurrentAsync(CancellationToken.None))?.Version != version) return true;
        await objects.WriteAsync(name, new MemoryStream(manifest), Json, CancellationToken.None);
        return false;
    }

    private async Task WriteAsync(ModelPointer pointer, CancellationToken ct)
    {
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(pointer, PublishingJson.Default.ModelPointer));
        await objects.WriteAsync(PointerName, json, Json, ct);
    }

    private async Task<ModelManifest?> ReadableAsync(string version, CancellationToken ct)
    {
        try
        {
            return await FindAsync(version, ct);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Returns the objects of each version, the oldest version first.</summary>
    private async Task<List<(string Version, List<StoredObject> Objects)>> VersionsAsync(CancellationToken ct)
    {
        var versions = new SortedDictionary<string, List<StoredObject>>(StringComparer.Ordinal);
        await foreach (var found in objects.ListAsync(Prefix, ct))
        {
            var slash = found.Name.IndexOf('/', Prefix.Length);
            var version = slash < 0 ? "" : found.Name[Prefix.Length..slash];
            if (!ModelVersion.IsValid(version)) continue;
            if (!versions.TryGetValue(version, out var content)) versions.Add(version, content = []);
            content.Add(found);
        }

        return [.. versions.Select(version => (version.Key, version.Value))];
    }

    private static StoredObject? ManifestIn(List<StoredObject> content) =>
        content.Find(one => one.Name.EndsWith("/" + ManifestFile, StringComparison.Ordinal));

    private async Task<byte[]?> ReadAsync(string name, CancellationToken ct)
    {
        try
        {
            await using var stream = await objects.OpenReadAsync(name, null, ct);
            using var memory = new MemoryStream();
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, ct) is > 0 and var count)
            {
                memory.Write(buffer, 0, count);
                if (memory.Length > MaxJsonSize) throw new InvalidDataException($"{name}: the object is too large.");
            }

            return memory.ToArray();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
