using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The verified encodings of a source, with their seek indexes.</summary>
public sealed class EncodedAudio
{
    // The rounding of resampling; the frames that AAC and Vorbis encoders pad to.
    private const long MaxRoundingSamples = 2;
    private const int MaxPaddingSamples = 2 * 1024;

    /// <summary>The media type of seek indexes.</summary>
    internal const string IndexType = "application/json";

    private readonly List<Encoding> encodings;

    private EncodedAudio(List<Encoding> encodings) => this.encodings = encodings;

    /// <summary>
    /// Verifies the encodings that <see cref="IMediaEncoder.EncodeAsync"/> wrote to a directory, by decoding them completely, and indexes
    /// them.
    /// </summary>
    /// <param name="encoder">The decoder.</param>
    /// <param name="rungs">The rungs that were encoded.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="source">The measurements of the source.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="IngestException">
    /// An encoding is malformed, cannot be decoded without an error, or has another number of samples than the source.
    /// </exception>
    public static async Task<EncodedAudio> ReadAsync(
        IMediaEncoder encoder, IReadOnlyList<Rung> rungs, string directory, DecodedAudio source, CancellationToken ct)
    {
        if (rungs.Count == 0) return new EncodedAudio([]);
        var counts = await encoder.CountSamplesAsync([.. rungs.Select(rung => Path.Combine(directory, rung.FileName))], ct);
        var encodings = new List<Encoding>();
        foreach (var (rung, count) in rungs.Zip(counts))
        {
            var path = Path.Combine(directory, rung.FileName);
            var index = Index(rung, path, source, ct);

            // ffmpeg does not trim the blocks at the ends of a Vorbis stream that has a single page of audio.
            var isUntrimmed = rung.Codec == Codec.Vorbis && index.Points.Count == 1;
            if (Math.Abs(count - index.Samples.Decoded) > (isUntrimmed ? MaxPaddingSamples : 0))
                throw new IngestException($"{rung.FileName} decodes to {count} samples instead of {index.Samples.Decoded}.");
            encodings.Add(new Encoding(rung, path, index, new FileInfo(path).Length));
            if (rung.Codec == Codec.Flac) encodings.Add(await NativeAsync(rung, path, index.Samples.Total, ct));
        }

        return new EncodedAudio(encodings);
    }

    /// <summary>
    /// Stores the encodings and their seek indexes. Of native FLAC only the seek index is stored, because the audio is remuxed on request.
    /// </summary>
    /// <param name="store">The object store.</param>
    /// <param name="prefix">The prefix of the object names.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task<IReadOnlyList<AudioEncoding>> StoreAsync(IObjectStore store, string prefix, CancellationToken ct)
    {
        var stored = new List<AudioEncoding>(encodings.Count);
        foreach (var (rung, path, index, size) in encodings)
        {
            if (rung.Codec != Codec.NativeFlac)
            {
                await using var file = File.OpenRead(path);
                await store.WriteAsync(prefix + rung.FileName, file, new WriteOptions(rung.ContentType, Immutable: true), ct);
            }

            await store.WriteAsync(
                prefix + IndexName(rung.FileName), new MemoryStream(index.ToJson()), new WriteOptions(IndexType, Immutable: true), ct);
            stored.Add(new AudioEncoding(rung.Codec, rung.Quality, rung.BitrateKbps, size, index.Samples));
        }

        return stored;
    }

    /// <summary>Returns the name of the seek index of an encoding.</summary>
    internal static string IndexName(string fileName) => fileName + ".seek.json";

    private static SeekIndex Index(Rung rung, string path, DecodedAudio source, CancellationToken ct)
    {
        try
        {
            using var encoded = File.OpenRead(path);
            var index = IndexedAudio.Read(rung.Codec, encoded, cancellationToken: ct).Index;
            var expected = rung.Codec == Codec.Flac
                ? source.Duration.Samples
                : source.MixSamples * rung.SampleRate / QualityLadder.SampleRate;
            var difference = index.Samples.Total - expected;
            if (rung.Codec == Codec.Aac && difference is >= 0 and <= MaxPaddingSamples) return index.WithPadding(expected);

            var isResampled = rung.Codec != Codec.Flac && rung.SampleRate != QualityLadder.SampleRate;
            return Math.Abs(difference) <= (isResampled ? MaxRoundingSamples : 0)
                ? index
                : throw new IngestException($"{rung.FileName} has {index.Samples.Total} samples instead of {expected}.");
        }
        catch (InvalidAudioException e)
        {
            throw new IngestException($"The encoding {rung.FileName} is malformed: {e.Message}", e);
        }
    }

    /// <summary>Remuxes FLAC in MP4 to native FLAC, to learn its size and seek index. Checks each frame.</summary>
    private static async Task<Encoding> NativeAsync(Rung rung, string path, long samples, CancellationToken ct)
    {
        var native = rung with { Codec = Codec.NativeFlac };
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose,
            };
            await using var file = new FileStream(path + ".flac", options);
            await using var frames = new NativeFlacStream(File.OpenRead(path), samples);
            await frames.CopyToAsync(file, ct);
            return new Encoding(native, path, FlacIndex.Read(file, cancellationToken: ct).Index, file.Length);
        }
        catch (Exception e) when (e is InvalidAudioException or InvalidDataException)
        {
            throw new IngestException($"The encoding {rung.FileName} is malformed: {e.Message}", e);
        }
    }

    /// <summary>An encoding with its file, its seek index and its size in bytes.</summary>
    private sealed record Encoding(Rung Rung, string Path, SeekIndex Index, long SizeBytes);
}
