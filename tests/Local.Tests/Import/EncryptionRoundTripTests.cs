using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.ObjectRemovals;
using Spotify.Functions.Playback;
using Spotify.Licensing;
using Spotify.Local.Objects;
using Spotify.Local.Tests.Edge;

namespace Spotify.Local.Tests.Import;

/// <summary>Tests of the encrypted copies of imported tracks, from the request to the deletion.</summary>
public sealed class EncryptionRoundTripTests : IDisposable
{
    private static readonly Statement Copies = new(
        $"SELECT EncryptedObjects.PlayableId, {EncryptedObject.Columns} FROM EncryptedObjects WHERE PlayableId = @id",
        ("id", ColumnType.String));

    private readonly Random random = new(1);
    private readonly MusicLibrary library = new();

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Every_encoding_decrypts_to_the_original_bytes_and_is_deleted_with_the_track()
    {
        // Noise, so that lossless audio has many chunks.
        library.Make("a.flac", "anoisesrc=d=4:r=44100:seed=1,aformat=sample_fmts=s16:channel_layouts=stereo");
        library.Make("stays.ogg");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var item = PlaybackItem.FromRow(await library.RowAsync("a.flac"));
        Assert.Equal(10, item.Encodings.Count);
        await using (var server = await LocalServer.StartAsync(data: library.Data))
        {
            var queue = server.Services.GetRequiredService<AudioEncryptionQueue>();
            await queue.RequestAsync([.. item.Encodings.Concat(item.Encodings).Select(encoding => (item, encoding))], default);
            List<EncryptedObject> copies = [];
            await Poll.UntilAsync(
                async () => (copies = await CopiesAsync(server, item)).Count == item.Encodings.Count, TimeSpan.FromMinutes(1));

            var ring = await server.Services.GetRequiredService<IMasterKeys>().OpenAsync(default);
            foreach (var encoding in item.Encodings)
            {
                var copy = copies.Single(copy => copy.Encoding == encoding.FileName);
                var plain = await PlainAsync(item, encoding);
                Assert.Equal((encoding.SizeBytes, encoding.SizeBytes), (copy.SizeBytes, plain.LongLength));
                Check(copy, copy.ObjectName(item.Uri.Type), plain, ring);
            }

            Assert.Contains(copies, copy => EncryptedAudio.Chunks(copy.SizeBytes) > 5);
            Assert.Equal(copies.Count, copies.Select(copy => copy.KeyId).Distinct().Count());
        }

        File.Delete(library.PathOf("a.flac"));
        var pruned = await MusicLibrary.RunAsync("import", library.Music, "--data", library.Data, "--prune");
        Assert.Contains("1 pruned", pruned.Summary, StringComparison.Ordinal);
        var clock = new ManualTimeProvider();
        clock.Advance(ObjectRemovalService.Retention + TimeSpan.FromSeconds(1));
        using var database = library.OpenDatabase();
        await new ObjectRemovalService(database, new DirectoryObjectStore(library.Objects), clock).SweepAsync(default);
        Assert.DoesNotContain(library.ObjectNames(), name => name.Contains(item.Uri.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(library.Snapshot(), row => row.StartsWith("EncryptedObjects", StringComparison.Ordinal)
            || row.StartsWith("ObjectRemovals", StringComparison.Ordinal));
    }

    private static Task<List<EncryptedObject>> CopiesAsync(LocalServer server, PlaybackItem item) => server.Database
        .QueryAsync(Copies, new Parameters { { "id", item.Uri.Id } }, null, default)
        .Select(row => EncryptedObject.FromRow(row)!).ToListAsync().AsTask();

    // Native FLAC is not stored, but remuxed when it is asked for.
    private async Task<byte[]> PlainAsync(PlaybackItem item, AudioEncoding encoding)
    {
        if (encoding.Codec != Codec.NativeFlac) return await File.ReadAllBytesAsync(library.Objects + item.ObjectPath(encoding));
        var mp4 = File.OpenRead(library.Objects + item.ObjectPath(encoding with { Codec = Codec.Flac }));
        await using var remuxed = new NativeFlacStream(mp4, encoding.Samples.Total);
        using var native = new MemoryStream();
        await remuxed.CopyToAsync(native);
        return native.ToArray();
    }

    private void Check(EncryptedObject copy, string name, byte[] plain, MasterKeyRing ring)
    {
        var stored = File.ReadAllBytes(Path.Combine(library.Objects, name));
        Assert.Equal(EncryptedAudio.Length(plain.Length), stored.Length);
        using var cipher = new ChunkCipher(ContentKey.Unwrap(copy.WrappedKey, name, ring), name, copy.SizeBytes);
        Assert.Equal(plain, cipher.DecryptRange(stored, 0, plain.Length));

        for (var i = 0; i < 50; i++)
        {
            var offset = random.Next(plain.Length);
            var length = random.Next(1, plain.Length - offset + 1);
            var (start, count) = EncryptedAudio.Covering(plain.Length, offset, length);
            var range = cipher.DecryptRange(stored.AsSpan((int)start, (int)count), offset, length);
            Assert.Equal(plain[offset..(offset + length)], range);
        }

        for (var chunk = 0; chunk < EncryptedAudio.Chunks(plain.Length); chunk++)
        {
            var size = EncryptedAudio.PlainSize(plain.Length, chunk);
            var bytes = stored.AsSpan(chunk * EncryptedAudio.StoredChunkSize, size + EncryptedAudio.TagSize).ToArray();
            for (var i = 0; i < 20; i++)
            {
                var (at, bit) = (random.Next(bytes.Length), (byte)(1 << random.Next(8)));
                bytes[at] ^= bit;
                Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt(chunk, bytes, new byte[size]));
                bytes[at] ^= bit;
            }

            cipher.Decrypt(chunk, bytes, new byte[size]);
        }
    }
}
