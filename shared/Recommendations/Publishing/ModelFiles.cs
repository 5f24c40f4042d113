using System.Security.Cryptography;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Publishing;

/// <summary>The files of a model: their names, and how a model is written to them and opened from them.</summary>
public static class ModelFiles
{
    /// <summary>The tracks and the popular tracks.</summary>
    public const string Tracks = "tracks.bin";

    /// <summary>The factor model.</summary>
    public const string Factors = "factors.bin";

    /// <summary>The item model. Missing if there is none.</summary>
    public const string Items = "items.bin";

    /// <summary>The index of the factor model's vectors.</summary>
    public const string FactorIndex = "factors.hnsw";

    /// <summary>The content vectors and their index.</summary>
    public const string ContentIndex = "content.hnsw";

    /// <summary>The vectors of the sound and their index. Missing if no sound is known.</summary>
    public const string AudioIndex = "audio.hnsw";

    private const int BufferSize = 1 << 20;

    /// <summary>Writes a model to a directory.</summary>
    /// <returns>The files, in the order of their names.</returns>
    /// <exception cref="InvalidDataException">A part of the model has a number that is infinite or NaN.</exception>
    public static IReadOnlyList<ModelFile> Write(
        TrainedModel model, string directory, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        var parts = new List<(string Name, Action<Stream> Write)>
        {
            (Tracks, stream => TrackFile.Write(stream, model.Tracks, model.Popular)),
            (Factors, stream => FactorFile.Write(stream, model.Factors)),
            (FactorIndex, model.FactorIndex.Save),
            (ContentIndex, model.ContentIndex.Save),
        };
        if (model.Items is { } items) parts.Add((Items, stream => ItemFile.Write(stream, items)));
        if (model.AudioIndex is { } audio) parts.Add((AudioIndex, audio.Save));

        var files = new List<ModelFile>();
        foreach (var (name, write) in parts)
        {
            ct.ThrowIfCancellationRequested();
            files.Add(Write(name, Path.Combine(directory, name), write));
            progress?.Report(new TrainingProgress("writing", files.Count, parts.Count));
        }

        return [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>Opens the files of a model, memory-mapped, and checks their checksums.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="manifest">The manifest.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is truncated or damaged, or does not belong to the others.</exception>
    /// <exception cref="NotSupportedException">A file has another version.</exception>
    public static OpenModel Open(string directory, ModelManifest manifest)
    {
        var opened = new Stack<IDisposable>();
        try
        {
            var (tracks, popular) = TrackFile.Read(OpenSections(Tracks, TrackFile.Format));
            var model = new TrainedModel
            {
                Tracks = tracks,
                Popular = popular,
                Factors = FactorFile.Read(OpenSections(Factors, FactorFile.Format)),
                FactorIndex = OpenIndex(FactorIndex),
                Items = Has(Items) ? ItemFile.Read(OpenSections(Items, ItemFile.Format)) : null,
                ContentIndex = OpenIndex(ContentIndex),
                AudioIndex = Has(AudioIndex) ? OpenIndex(AudioIndex) : null,
                Ensemble = manifest.Ensemble,
            };
            Check(model, directory);
            return new OpenModel(model, manifest, opened);
        }
        catch (Exception e)
        {
            while (opened.TryPop(out var file)) file.Dispose();
            // The constructors of the parts check their arguments.
            if (e is ArgumentException) throw new InvalidDataException($"{directory}: the model is damaged: {e.Message}", e);
            throw;
        }

        bool Has(string name) => manifest.Files.Any(file => file.Name == name);

        SectionFile OpenSections(string name, SectionFormat format)
        {
            var file = SectionFile.Open(Path.Combine(directory, name), format);
            opened.Push(file);
            return file;
        }

        NeighbourIndex OpenIndex(string name)
        {
            var index = NeighbourIndex.Open(Path.Combine(directory, name));
            opened.Push(index);
            return index;
        }
    }

    private static ModelFile Write(string name, string path, Action<Stream> write)
    {
        using var hash = SHA256.Create();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize))
        using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write))
        using (var buffered = new BufferedStream(hashing, BufferSize))
            write(buffered);
        return new ModelFile(name, new FileInfo(path).Length, Convert.ToHexStringLower(hash.Hash!));
    }

    private static void Check(TrainedModel model, string directory)
    {
        int?[] counts =
        [
            model.Factors.Tracks, model.FactorIndex.Vectors.Count, model.Items?.Tracks, model.ContentIndex.Vectors.Count,
            model.AudioIndex?.Vectors.Count,
        ];
        if (counts.Any(count => count is not null && count != model.Tracks.Count))
            throw new InvalidDataException($"{directory}: the files are not of one model.");
        model.Ensemble.Validate();
    }
}

/// <summary>A model that was opened from files.</summary>
public sealed class OpenModel : IDisposable
{
    private readonly Stack<IDisposable> files;

    internal OpenModel(TrainedModel model, ModelManifest manifest, Stack<IDisposable> files) =>
        (Model, Manifest, this.files) = (model, manifest, files);

    /// <summary>The model.</summary>
    public TrainedModel Model { get; }

    /// <summary>The manifest.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>The directory to delete when the model is closed; null: none.</summary>
    internal string? Downloaded { get; set; }

    /// <summary>Closes the files, and deletes them if they were downloaded. The model must not be used any more.</summary>
    public void Dispose()
    {
        while (files.TryPop(out var file)) file.Dispose();
        try
        {
            if (Downloaded is not null) Directory.Delete(Downloaded, recursive: true);
        }
        catch (IOException)
        {
            // The next download deletes the directory.
        }
    }
}
