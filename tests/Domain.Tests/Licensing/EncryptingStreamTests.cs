using FsCheck;
using FsCheck.Fluent;
using Spotify.Licensing;

namespace Spotify.Domain.Tests.Licensing;

public sealed class EncryptingStreamTests
{
    [Fact]
    public void Reads_of_any_size_from_a_plain_stream_of_any_pieces_have_the_same_bytes()
    {
        var cases =
            from size in ChunkCipherTests.Sizes
            from piece in Gen.Choose(1, 100_000)
            from read in Gen.Choose(1, 100_000)
            from isAsync in Gen.Elements(false, true)
            select (size, piece, read, isAsync);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var audio = new AudioObject(sample.size);
            using var stream = new EncryptingStream(new Pieces(audio.Plain, sample.piece), sample.size, AudioObject.Name, audio.Key);
            var (stored, buffer) = (new MemoryStream(), new byte[sample.read]);
            int count;
            while ((count = sample.isAsync ? stream.ReadAsync(buffer).AsTask().GetAwaiter().GetResult() : stream.Read(buffer)) > 0)
                stored.Write(buffer, 0, count);

            return stored.Length == stream.Length && stored.ToArray().AsSpan().SequenceEqual(audio.Encrypt());
        }));
    }

    [Theory]
    [InlineData(100, 99)]
    [InlineData(100, 101)]
    [InlineData(100, 0)]
    [InlineData(65_536, 65_537)]
    [InlineData(65_537, 65_536)]
    [InlineData(131_072, 65_536)]
    public async Task A_plain_stream_of_another_size_has_no_complete_encrypted_form(int declared, int actual)
    {
        var audio = new AudioObject(declared);
        EncryptingStream Stream() => new(new MemoryStream(new byte[actual]), declared, AudioObject.Name, audio.Key);
        var (stored, storedAsync) = (new MemoryStream(), new MemoryStream());
        using (var stream = Stream()) Assert.Throws<InvalidDataException>(() => stream.CopyTo(stored));
        using (var stream = Stream()) await Assert.ThrowsAsync<InvalidDataException>(() => stream.CopyToAsync(storedAsync));

        Assert.True(stored.Length < EncryptedAudio.Length(declared));
        Assert.True(storedAsync.Length < EncryptedAudio.Length(declared));
    }

    [Fact]
    public void The_plain_stream_is_disposed_with_the_stream()
    {
        var plain = new MemoryStream(new byte[100]);
        new EncryptingStream(plain, 100, AudioObject.Name, new byte[32]).Dispose();

        Assert.Throws<ObjectDisposedException>(() => plain.ReadByte());
    }

    // Returns at most so many bytes per read, as sockets do.
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(size, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
