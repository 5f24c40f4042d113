using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>
/// A detector of truncated Ogg and WAV files. Decoders report truncation in other containers, but read these two up to the last byte
/// without an error.
/// </summary>
public static class AudioCompleteness
{
    private const int OggHeaderBytes = 27;

    /// <summary>
    /// Checks a file's structure from its start, regardless of the stream's position, and skips the samples. Other containers always pass.
    /// </summary>
    /// <param name="stream">The file. Must be seekable; not closed.</param>
    /// <param name="cancellationToken">Cancels the check; observed whenever the read buffer is refilled.</param>
    /// <exception cref="InvalidAudioException">
    /// The file ends in the middle of an Ogg page, or has fewer bytes of samples than the WAV header declares.
    /// </exception>
    public static void Check(Stream stream, CancellationToken cancellationToken = default)
    {
        var reader = new ByteReader(stream, cancellationToken);
        var start = reader.Peek(12);
        if (start.StartsWith("OggS"u8)) CheckOgg(reader);
        else if (start.Length == 12 && start.StartsWith("RIFF"u8) && start.EndsWith("WAVE"u8)) CheckWav(reader);
    }

    // RFC 3533 section 6. Bytes after the last page, which some taggers append, are not checked.
    private static void CheckOgg(ByteReader reader)
    {
        while (reader.Peek(4).SequenceEqual("OggS"u8))
        {
            var header = reader.Peek(OggHeaderBytes);
            if (header.Length < OggHeaderBytes) throw Truncated(reader);

            var length = OggHeaderBytes + header[^1];
            var page = reader.Peek(length);
            if (page.Length < length) throw Truncated(reader);

            foreach (var lacing in page[OggHeaderBytes..]) length += lacing;
            if (length > reader.Remaining) throw Truncated(reader);
            reader.Skip(length);
        }

        static InvalidAudioException Truncated(ByteReader reader) => reader.Invalid("The Ogg stream is cut short in the middle of a page");
    }

    private static void CheckWav(ByteReader reader)
    {
        reader.Skip(12);
        while (reader.Remaining >= 8)
        {
            var header = reader.Peek(8);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            var isData = header[..4].SequenceEqual("data"u8);
            reader.Skip(8);

            // The lengths 0xFFFFFFFF and 0 mean unknown: recorders that cannot seek back leave them in the header.
            if (length > reader.Remaining)
            {
                if (isData && length != uint.MaxValue)
                    throw reader.Invalid($"The WAV file is cut short: it has {reader.Remaining} of {length} bytes of samples");
                return;
            }

            reader.Skip(Math.Min(length + (length & 1), reader.Remaining));
        }
    }
}
