using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>Encodings that were made of a source and checked, each with its seek index.</summary>
public sealed class EncodedAudio
{
    /// <summary>How far the duration of an encoding may be from its source's, in ms.</summary>
    private const long ToleranceMs = 50;

    private readonly List<(Rung Rung, string Path, SeekIndex Index)> encodings;

    private EncodedAudio(List<(Rung Rung, string Path, SeekIndex Index)> encodings) => this.encodings = encodings;

    /// <summary>Reads the encodings that <see cref="IMediaEncoder.EncodeAsync"/> made in a directory.</summary>
    /// <param name="durationMs">How long the source is.</param>
    /// <exception cref="IngestException">One is broken, or its duration is not the source's.</exception>
    public static EncodedAudio Read(IReadOnlyList<Rung> rungs, string directory, long durationMs, CancellationToken ct) => new(
    [
        .. rungs.Select(rung =>
        {
            var path = Path.Combine(directory, rung.FileName);
            return (rung, path, Index(rung, path, durationMs, ct));
        }),
    ]);

    /// <summary>Stores them and their seek indexes as objects.</summary>
    /// <param name="prefix">What their names start with.</param>
    public async Task<IReadOnlyList<AudioEncoding>> StoreAsync(IObjectStore store, string prefix, CancellationToken ct)
    {
        var stored = new List<AudioEncoding>(encodings.Count);
        foreach (var (rung, path, index) in encodings)
        {
            await using var file = File.OpenRead(path);
            await store.WriteAsync(prefix + rung.FileName, file, new WriteOptions(rung.ContentType), ct);
            await store.WriteAsync($"{prefix}{rung.FileName}.seek.json", new MemoryStream(index.ToJson()), new WriteOptions("application/json"), ct);
            stored.Add(new AudioEncoding(rung.Codec, rung.Quality, rung.BitrateKbps, file.Length));
        }

        return stored;
    }

    private static SeekIndex Index(Rung rung, string path, long durationMs, CancellationToken ct)
    {
        try
        {
            using var encoded = File.OpenRead(path);
            var index = IndexedAudio.Read(rung.Codec, encoded, cancellationToken: ct).Index;
            return Math.Abs(index.DurationMs - durationMs) <= ToleranceMs
                ? index
                : throw new IngestException($"The encoding {rung.FileName} came out {index.DurationMs} ms long, the source has {durationMs} ms.");
        }
        catch (InvalidAudioException e)
        {
            throw new IngestException($"The encoding {rung.FileName} came out broken: {e.Message}", e);
        }
    }
}
