using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Domain.Tests.Licensing;

/// <summary>The examples of the specifications.</summary>
public sealed class JoseVectorTests
{
    // RFC 3394, 4.1, 4.3, 4.5 and 4.6.
    [Theory]
    [InlineData("000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")]
    [InlineData(
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "00112233445566778899AABBCCDDEEFF",
        "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7")]
    [InlineData(
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "00112233445566778899AABBCCDDEEFF0001020304050607",
        "A8F9BC1612C68B3FF6E6F4FBE30E71E4769C8B80A32CB8958CD5D17D6B254DA1")]
    [InlineData(
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
        "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")]
    public void AES_Key_Wrap_is_that_of_RFC_3394(string wrappingKey, string key, string wrapped)
    {
        Assert.Equal(wrapped, Convert.ToHexString(AesKeyWrap.Wrap(Convert.FromHexString(wrappingKey), Convert.FromHexString(key))));
        Assert.True(AesKeyWrap.TryUnwrap(Convert.FromHexString(wrappingKey), Convert.FromHexString(wrapped), out var unwrapped));
        Assert.Equal(key, Convert.ToHexString(unwrapped));
    }

    [Fact]
    public void Every_change_of_a_wrapped_key_is_detected()
    {
        var wrappingKey = RandomNumberGenerator.GetBytes(32);
        var wrapped = AesKeyWrap.Wrap(wrappingKey, RandomNumberGenerator.GetBytes(32));

        Assert.All(Corruptions.FlippedBits(wrapped), bytes => Assert.False(AesKeyWrap.TryUnwrap(wrappingKey, bytes, out _)));
        Assert.All(Corruptions.FlippedBits(wrappingKey), key => Assert.False(AesKeyWrap.TryUnwrap(key, wrapped, out _)));
        for (var length = 0; length < wrapped.Length; length++)
            Assert.False(AesKeyWrap.TryUnwrap(wrappingKey, wrapped.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(17)]
    public void A_key_of_another_length_is_not_wrapped(int length) =>
        Assert.Throws<ArgumentException>(() => AesKeyWrap.Wrap(new byte[32], new byte[length]));

    // RFC 7518, appendix C: Alice agrees with Bob on a key for A128GCM.
    [Theory]
    [InlineData(Alice, Bob)]
    [InlineData(Bob, Alice)]
    public void The_agreed_key_is_that_of_RFC_7518(string own, string other)
    {
        using var ownKey = Agreement(own, isPrivate: true);
        using var otherKey = Agreement(other, isPrivate: false);
        using var otherPublicKey = otherKey.PublicKey;

        var key = EcdhEs.DeriveKey(ownKey, otherPublicKey, "A128GCM", 16, "Alice"u8.ToArray(), "Bob"u8.ToArray());

        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", Base64Url.EncodeToString(key));
    }

    [Fact]
    public void The_secret_of_the_agreement_is_that_of_RFC_7518()
    {
        using var alice = Agreement(Alice, isPrivate: true);
        using var bob = Agreement(Bob, isPrivate: false);
        using var bobPublicKey = bob.PublicKey;

        Assert.Equal(
            "9E56D91D817135D372834283BF84269CFB316EA3DA806A48F6DAA7798CFE90C4",
            Convert.ToHexString(alice.DeriveRawSecretAgreement(bobPublicKey)));
    }

    // RFC 7515, appendix A.3, which has no typ.
    [Fact]
    public void The_signature_of_RFC_7515_is_valid()
    {
        const string jws = "eyJhbGciOiJFUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        var key = Public("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");

        Assert.True(CompactJws.TryVerify(jws, type: null, _ => key, out var payload));
        Assert.Equal(
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}", Encoding.ASCII.GetString(payload));
        Assert.All(Corruptions.Of(jws), other => Assert.False(CompactJws.TryVerify(other, type: null, _ => key, out _)));
        Assert.False(CompactJws.TryVerify(jws, "license+jwt", key, out _));
    }

    private const string Alice = "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0 SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps "
        + "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo";

    private const string Bob = "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck "
        + "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw";

    private static P256PublicKey Public(string x, string y)
    {
        using var document = JsonDocument.Parse($$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}"}""");
        Assert.True(P256PublicKey.TryParse(document.RootElement, out var key, out _));
        return key;
    }

    private static ECDiffieHellman Agreement(string key, bool isPrivate)
    {
        var parts = key.Split(' ');
        return isPrivate
            ? ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new() { X = Base64Url.DecodeFromChars(parts[0]), Y = Base64Url.DecodeFromChars(parts[1]) },
                D = Base64Url.DecodeFromChars(parts[2]),
            })
            : Public(parts[0], parts[1]).ToECDiffieHellman();
    }
}
