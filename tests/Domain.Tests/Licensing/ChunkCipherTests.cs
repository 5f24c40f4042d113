using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Spotify.Licensing;

namespace Spotify.Domain.Tests.Licensing;

public sealed class ChunkCipherTests
{
    private const int ChunkSize = EncryptedAudio.ChunkSize;
    private const int Stored = EncryptedAudio.StoredChunkSize;

    // GCM specification, test case 16: AES-256 with associated data.
    [Fact]
    public void The_platform_passes_the_vector_of_NIST()
    {
        var plain = Convert.FromHexString("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        using var aes = new AesGcm(Convert.FromHexString("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"), 16);
        var (ciphertext, tag) = (new byte[plain.Length], new byte[16]);

        aes.Encrypt(
            Convert.FromHexString("cafebabefacedbaddecaf888"), plain, ciphertext, tag,
            Convert.FromHexString("feedfacedeadbeeffeedfacedeadbeefabaddad2"));

        Assert.Equal(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            Convert.ToHexStringLower(ciphertext));
        Assert.Equal("76fc6ece0f4e1768cddf8853bb2d551b", Convert.ToHexStringLower(tag));
    }

    // GCM specification, test case 14: the key, the nonce and the text are zeros. The associated data change only the tag.
    [Fact]
    public void The_first_nonce_is_zero()
    {
        using var cipher = new ChunkCipher(new byte[32], AudioObject.Name, 16);
        var stored = new byte[32];

        cipher.Encrypt(0, new byte[16], stored);

        Assert.Equal("cea7403d4d606b6e074ec5d3baf39d18", Convert.ToHexStringLower(stored.AsSpan(0, 16)));
    }

    // Computed with Node.js from the description of the format.
    [Fact]
    public void The_encrypted_object_is_that_of_another_implementation()
    {
        var stored = new AudioObject(ChunkSize + 1).Encrypt();

        Assert.Equal("0ebdb7ddb12985ba00a1a33e14219f96", Convert.ToHexStringLower(stored.AsSpan(0, 16)));
        Assert.Equal("4a8e1a5733330e172bc61cbb59d96d85", Convert.ToHexStringLower(stored.AsSpan(ChunkSize, 16)));
        Assert.Equal("0c0e22e4bdd75e9bfce519eb8750130c9d", Convert.ToHexStringLower(stored.AsSpan(Stored)));
        Assert.Equal(
            "f0637bf01c94e5b43c3e7559b6a2988d28fd0fa2f4a057f233bff31b4b827e43", Convert.ToHexStringLower(SHA256.HashData(stored)));
    }

    [Fact]
    public void Any_range_of_an_object_of_any_size_decrypts_alone()
    {
        var cases =
            from size in Sizes
            from offset in Gen.Choose(0, size - 1)
            from length in Gen.Choose(1, size - offset)
            select (size, offset, length);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var audio = new AudioObject(sample.size);
            var (start, count) = EncryptedAudio.Covering(sample.size, sample.offset, sample.length);
            using var cipher = audio.Cipher();
            var range = cipher.DecryptRange(audio.Encrypt().AsSpan((int)start, (int)count), sample.offset, sample.length);
            return audio.Plain.AsSpan(sample.offset, sample.length).SequenceEqual(range);
        }));
    }

    [Theory]
    [InlineData(1, 1, 17)]
    [InlineData(ChunkSize - 1, 1, Stored - 1)]
    [InlineData(ChunkSize, 1, Stored)]
    [InlineData(ChunkSize + 1, 2, Stored + 17)]
    [InlineData(2L * ChunkSize, 2, 2 * Stored)]
    [InlineData(100_000L * ChunkSize + 5, 100_001, 100_000L * Stored + 21)]
    public void Sizes_follow_from_the_plain_size(long plain, long chunks, long length)
    {
        Assert.Equal(chunks, EncryptedAudio.Chunks(plain));
        Assert.Equal(length, EncryptedAudio.Length(plain));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_empty_object_has_no_encrypted_form(long size)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EncryptedAudio.Length(size));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkCipher(new byte[32], AudioObject.Name, size));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(0, 101)]
    [InlineData(100, 1)]
    [InlineData(1, long.MaxValue)]
    public void A_range_outside_of_the_object_is_refused(long offset, long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EncryptedAudio.Covering(100, offset, length));

    [Fact]
    public void Every_flipped_bit_of_a_chunk_is_detected()
    {
        var audio = new AudioObject(40);
        using var cipher = audio.Cipher();

        Assert.All(Corruptions.FlippedBits(audio.Encrypt()), stored => AssertRejected(cipher, 0, stored));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_an_object_is_detected()
    {
        var audio = new AudioObject(2 * ChunkSize + 1000);
        var stored = audio.Encrypt();
        using var cipher = audio.Cipher();
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, stored.Length * 8 - 1).ToArbitrary(), bit =>
        {
            var flipped = stored.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            for (var index = 0; index < 3; index++)
            {
                var chunk = flipped[(index * Stored)..Math.Min((index + 1) * Stored, flipped.Length)];
                if (index == bit / 8 / Stored) AssertRejected(cipher, index, chunk);
                else cipher.Decrypt(index, chunk, new byte[chunk.Length - EncryptedAudio.TagSize]);
            }
        }));
    }

    [Fact]
    public void A_moved_or_repeated_chunk_is_detected()
    {
        var audio = new AudioObject(3 * ChunkSize);
        var stored = audio.Encrypt();
        using var cipher = audio.Cipher();
        for (var from = 0; from < 3; from++)
        {
            for (var to = 0; to < 3; to++)
            {
                if (from != to) AssertRejected(cipher, to, stored[(from * Stored)..((from + 1) * Stored)]);
            }
        }
    }

    [Fact]
    public void A_cut_object_is_detected()
    {
        var audio = new AudioObject(3 * ChunkSize);
        var stored = audio.Encrypt();
        using var oneLess = new ChunkCipher(audio.Key, AudioObject.Name, 2 * ChunkSize);
        using var shorter = new ChunkCipher(audio.Key, AudioObject.Name, 3 * ChunkSize - 1);
        using var oneMore = new ChunkCipher(audio.Key, AudioObject.Name, 3 * ChunkSize + 1);
        using var cipher = audio.Cipher();

        AssertRejected(oneLess, 1, stored[Stored..(2 * Stored)]);
        AssertRejected(oneMore, 2, stored[(2 * Stored)..]);
        AssertRejected(shorter, 2, stored[(2 * Stored)..^1]);
        Assert.Throws<ArgumentException>(() => cipher.DecryptRange(stored.AsSpan(0, stored.Length - 1), 0, 3 * ChunkSize));
        Assert.Throws<ArgumentException>(() => cipher.Decrypt(2, stored.AsSpan(2 * Stored, 100), new byte[84]));
    }

    [Fact]
    public void Another_name_or_key_is_detected()
    {
        var audio = new AudioObject(100);
        var stored = audio.Encrypt();
        using var renamed = new ChunkCipher(audio.Key, AudioObject.Name.Replace("high", "higi"), 100);
        using var shortened = new ChunkCipher(audio.Key, AudioObject.Name[..^1], 100);
        AssertRejected(renamed, 0, stored);
        AssertRejected(shortened, 0, stored);
        Assert.All(Corruptions.FlippedBits(audio.Key), key =>
        {
            using var cipher = new ChunkCipher(key, AudioObject.Name, 100);
            AssertRejected(cipher, 0, stored);
        });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void A_chunk_outside_of_the_object_is_refused(long index)
    {
        using var cipher = new AudioObject(100).Cipher();

        Assert.Throws<ArgumentOutOfRangeException>(() => cipher.Encrypt(index, new byte[100], new byte[116]));
    }

    [Theory]
    [InlineData(99, 115)]
    [InlineData(100, 115)]
    [InlineData(100, 117)]
    public void A_chunk_of_another_size_is_refused(int plain, int stored)
    {
        using var cipher = new AudioObject(100).Cipher();

        Assert.Throws<ArgumentException>(() => cipher.Encrypt(0, new byte[plain], new byte[stored]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(33)]
    public void A_key_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => new ChunkCipher(new byte[length], AudioObject.Name, 100));

    [Fact]
    public void Names_of_encrypted_objects_have_the_id_of_the_key()
    {
        var keyId = SpotifyId.New();
        var name = EncryptedAudio.ObjectName("tracks/a/b/high.ogg", keyId);

        Assert.Equal($"tracks/a/b/high.ogg.{keyId}.enc", name);
        Assert.True(EncryptedAudio.TryParse(name, out var plainName, out var parsedId));
        Assert.Equal(("tracks/a/b/high.ogg", keyId), (plainName, parsedId));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".enc")]
    [InlineData("tracks/a/b/high.ogg")]
    [InlineData("tracks/a/b/high.ogg.enc")]
    [InlineData("tracks/a/b/high.ogg.0123456789abcdefghijk.enc")]
    [InlineData("tracks/a/b/high.ogg.0123456789abcdefghijklm.enc")]
    [InlineData("tracks/a/b/high.ogg.0123456789abcdefghij-l.enc")]
    [InlineData("tracks/a/b/high.ogg.0123456789abcdefghijkl.ENC")]
    [InlineData(".0123456789abcdefghijkl.enc")]
    [InlineData("0123456789abcdefghijkl.enc")]
    public void Other_names_are_not_those_of_encrypted_objects(string name) => Assert.False(EncryptedAudio.TryParse(name, out _, out _));

    [Fact]
    public void An_object_is_named_with_a_valid_key_id_only() =>
        Assert.Throws<ArgumentException>(() => EncryptedAudio.ObjectName("tracks/a/b/high.ogg", "../secret"));

    // Most sizes are near the end of a chunk.
    internal static Gen<int> Sizes => Gen.OneOf(
        Gen.Choose(1, 3 * ChunkSize),
        Gen.Choose(1, 3).SelectMany(chunks => Gen.Choose(-2, 2).Select(difference => chunks * ChunkSize + difference)),
        Gen.Choose(1, 40));

    private static void AssertRejected(ChunkCipher cipher, long index, byte[] stored)
    {
        var plain = new byte[stored.Length - EncryptedAudio.TagSize];
        plain.AsSpan().Fill(1);
        Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt(index, stored, plain));
        Assert.True(plain.AsSpan().IndexOfAnyExcept((byte)0) < 0);
    }
}
