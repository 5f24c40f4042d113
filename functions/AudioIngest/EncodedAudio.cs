using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The verified encodings of a source, with their seek indexes.</summary>
public sealed class EncodedAudio
{
    /// <summary>The maximum difference between the durations of an encoding and of its source, in ms.</summary>
    private const long ToleranceMs = 50;

    /// <summary>The media type of seek indexes.</summary>
    internal const string IndexType = "application/json";

    private readonly List<(Rung Rung, string Path, SeekIndex Index)> encodings;

    private EncodedAudio(List<(Rung Rung, string Path, SeekIndex Index)> encodings) => this.encodings = encodings;

    /// <summary>Verifies and indexes the encodings that <see cref="IMediaEncoder.EncodeAsync"/> wrote to a directory.</summary>
    /// <param name="rungs">The rungs that were encoded.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="durationMs">The duration of the source in ms.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="IngestException">An encoding is malformed or has another duration than the source.</exception>
    public static EncodedAudio Read(IReadOnlyList<Rung> rungs, string directory, long durationMs, CancellationToken ct) => new(
    [
        .. rungs.Select(rung =>
        {
            var path = Path.Combine(directory, rung.FileName);
            return (rung, path, Index(rung, path, durationMs, ct));
        }),
    ]);

    /// <summary>Stores the encodings and their seek indexes.</summary>
    /// <param name="store">The object store.</param>
    /// <param name="prefix">The prefix of the object names.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task<IReadOnlyList<AudioEncoding>> StoreAsync(IObjectStore store, string prefix, CancellationToken ct)
    {
        var stored = new List<AudioEncoding>(encodings.Count);
        foreach (var (rung, path, index) in encodings)
        {
            await using var file = File.OpenRead(path);
            await store.WriteAsync(prefix + rung.FileName, file, new WriteOptions(rung.ContentType, Immutable: true), ct);
            await store.WriteAsync(
                prefix + IndexName(rung.FileName), new MemoryStream(index.ToJson()), new WriteOptions(IndexType, Immutable: true), ct);
            stored.Add(new AudioEncoding(rung.Codec, rung.Quality, rung.BitrateKbps, file.Length));
        }

        return stored;
    }

    /// <summary>Returns the name of the seek index of an encoding.</summary>
    internal static string IndexName(string fileName) => fileName + ".seek.json";

    private static SeekIndex Index(Rung rung, string path, long durationMs, CancellationToken ct)
    {
        try
        {
            using var encoded = File.OpenRead(path);
            var index = IndexedAudio.Read(rung.Codec, encoded, cancellationToken: ct).Index;
            return Math.Abs(index.DurationMs - durationMs) <= ToleranceMs
                ? index
                : throw new IngestException(
                    $"The encoding {rung.FileName} has a duration of {index.DurationMs} ms, but the source has {durationMs} ms.");
        }
        catch (InvalidAudioException e)
        {
            throw new IngestException($"The encoding {rung.FileName} is malformed: {e.Message}", e);
        }
    }
}
