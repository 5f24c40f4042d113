using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>
/// Finds out whether a file was cut short, for the containers whose decoders would not notice: Ogg, which is pages to the end, and WAV, whose
/// samples merely stop.
/// </summary>
public static class AudioCompleteness
{
    private const int OggHeaderBytes = 27;

    /// <summary>Looks at a file's structure, whatever the stream's position; sound is skipped. Files of other containers pass.</summary>
    /// <param name="stream">The file; must be seekable. Left open.</param>
    /// <param name="cancellationToken">Ends the reading between two buffers.</param>
    /// <exception cref="InvalidAudioException">The file ends in the middle of an Ogg page, or before the samples that a WAV header promises.</exception>
    public static void Check(Stream stream, CancellationToken cancellationToken = default)
    {
        var reader = new ByteReader(stream, cancellationToken);
        var start = reader.Peek(12);
        if (start.StartsWith("OggS"u8)) CheckOgg(reader);
        else if (start.Length == 12 && start.StartsWith("RIFF"u8) && start.EndsWith("WAVE"u8)) CheckWav(reader);
    }

    // RFC 3533 section 6. Whatever taggers hang on to the last page is no page, and none of our business.
    private static void CheckOgg(ByteReader reader)
    {
        while (reader.Peek(4).SequenceEqual("OggS"u8))
        {
            var header = reader.Peek(OggHeaderBytes);
            if (header.Length < OggHeaderBytes) throw Short(reader);

            var length = OggHeaderBytes + header[^1];
            var page = reader.Peek(length);
            if (page.Length < length) throw Short(reader);

            foreach (var lacing in page[OggHeaderBytes..]) length += lacing;
            if (length > reader.Remaining) throw Short(reader);
            reader.Skip(length);
        }

        static InvalidAudioException Short(ByteReader reader) => reader.Invalid("The Ogg stream is cut short in the middle of a page");
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

            // Recorders that cannot go back leave the length at its greatest value, or at none.
            if (length > reader.Remaining)
            {
                if (isData && length != uint.MaxValue)
                    throw reader.Invalid($"The WAV file is cut short: {reader.Remaining} of {length} bytes of samples are there");
                return;
            }

            reader.Skip(Math.Min(length + (length & 1), reader.Remaining));
        }
    }
}
