using System.Security.Cryptography;
using Spotify.Domain.Ports;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Domain.Tests.Licensing;

public sealed class LicenseTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly MasterKeyRing MasterKeys = new("m1", [new("m1", RandomNumberGenerator.GetBytes(32))]);

    [Fact]
    public void A_device_reads_its_license_and_every_content_key()
    {
        using var agreement = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = JwsKey.Of(pair);
        var contentKeys = Enumerable.Range(0, 100).Select(_ => ContentKey.New()).ToList();
        var items = contentKeys.Select((_, i) => Item(i)).ToList();
        var license = new License("https://issuer", "device", 7, Now, Now + License.Lifetime, "high", new("SE", 1), items);

        var jws = LicenseSigner.Sign(
            license, [.. items.Select((item, i) => ContentKey.Wrap(contentKeys[i], item.Object, MasterKeys))], MasterKeys,
            P256PublicKey.Of(agreement), key);

        Assert.True(LicenseReader.TryRead(jws, [key.PublicKey], agreement, out var read, out var keys));
        Assert.Equal(license with { Items = read.Items }, read);
        Assert.Equal(items, read.Items);
        Assert.Equal(contentKeys, items.Select(item => keys[item.KeyId]));
    }

    private static LicenseItem Item(int number)
    {
        var keyId = SpotifyId.New();
        var name = EncryptedAudio.ObjectName($"tracks/{SpotifyId.FromName($"{number}")}/revision/high.ogg", keyId);
        return new($"spotify:track:{SpotifyId.FromName($"{number}")}", name, keyId, 65_537 + number, "vorbis", "high", 160, 200_000, -7.5);
    }
}
