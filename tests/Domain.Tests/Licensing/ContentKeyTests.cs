using System.Security.Cryptography;
using Spotify.Domain.Ports;
using Spotify.Licensing;

namespace Spotify.Domain.Tests.Licensing;

public sealed class ContentKeyTests
{
    private static readonly byte[] OldMaster = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] NewMaster = RandomNumberGenerator.GetBytes(32);
    private static readonly MasterKeyRing Old = new("2026-01", [new("2026-01", OldMaster)]);
    private static readonly MasterKeyRing Rotated = new("2026-02", [new("2026-01", OldMaster), new("2026-02", NewMaster)]);
    private static readonly MasterKeyRing New = new("2026-02", [new("2026-02", NewMaster)]);

    [Fact]
    public void Unwrapping_returns_the_key_before_and_after_a_rotation_of_master_keys()
    {
        var key = ContentKey.New();
        var (before, after) = (ContentKey.Wrap(key, AudioObject.Name, Old), ContentKey.Wrap(key, AudioObject.Name, Rotated));

        Assert.Equal(("2026-01", "2026-02"), (before.MasterKeyId, after.MasterKeyId));
        Assert.Equal(ContentKey.WrappedLength, before.Bytes.Length);
        Assert.Equal(key, ContentKey.Unwrap(before, AudioObject.Name, Old));
        Assert.Equal(key, ContentKey.Unwrap(before, AudioObject.Name, Rotated));
        Assert.Equal(key, ContentKey.Unwrap(after, AudioObject.Name, New));
        Assert.Throws<MasterKeysUnavailableException>(() => ContentKey.Unwrap(before, AudioObject.Name, New));
    }

    // Computed with Node.js from the description of the format.
    [Fact]
    public void The_wrapped_key_is_that_of_another_implementation()
    {
        var masterKeys = new MasterKeyRing("m", [new("m", [.. Enumerable.Repeat((byte)7, 32)])]);
        var wrapped = Convert.FromHexString("09090909090909090909090927848697baf5c766a86bc133eae7add0c4a171e020fbe1d777b75cbd"
            + "c9691f65534fb16e2b779ff6bbe9f810d4c12904");

        Assert.Equal(new AudioObject(1).Key, ContentKey.Unwrap(new(wrapped, "m"), AudioObject.Name, masterKeys));
    }

    [Fact]
    public void Every_change_of_a_wrapped_key_is_detected()
    {
        var key = ContentKey.New();
        var wrapped = ContentKey.Wrap(key, AudioObject.Name, Rotated);

        Assert.All(Corruptions.FlippedBits(wrapped.Bytes), bytes => AssertRejected(new(bytes, "2026-02"), AudioObject.Name, key));
        AssertRejected(wrapped, AudioObject.Name + "x", key);
        AssertRejected(wrapped with { MasterKeyId = "2026-01" }, AudioObject.Name, key);
        AssertRejected(new([], "2026-02"), AudioObject.Name, key);
        AssertRejected(new(wrapped.Bytes[..^1], "2026-02"), AudioObject.Name, key);
        AssertRejected(new([.. wrapped.Bytes, 0], "2026-02"), AudioObject.Name, key);
    }

    [Fact]
    public void Keys_and_nonces_are_not_repeated()
    {
        var keys = Enumerable.Range(0, 1000).Select(_ => ContentKey.New()).ToList();
        var nonces = keys.Select(_ => ContentKey.Wrap(keys[0], AudioObject.Name, New).Bytes[..ContentKey.NonceSize]);

        Assert.Equal(1000, keys.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(1000, nonces.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(33)]
    public void A_key_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => ContentKey.Wrap(new byte[length], AudioObject.Name, New));

    private static void AssertRejected(WrappedKey wrapped, string name, byte[] key)
    {
        var e = Assert.Throws<CryptographicException>(() => ContentKey.Unwrap(wrapped, name, Rotated));
        Secrets.AssertAbsent(e.ToString(), key, OldMaster, NewMaster);
    }
}
