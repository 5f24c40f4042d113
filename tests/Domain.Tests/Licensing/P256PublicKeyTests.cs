using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spotify.Licensing;

namespace Spotify.Domain.Tests.Licensing;

public sealed class P256PublicKeyTests
{
    private static readonly BigInteger Prime = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    // The key and thumbprint of RFC 9449, 6.1.
    private const string X = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
    private const string Y = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";

    [Fact]
    public void The_thumbprint_is_that_of_the_RFC()
    {
        var key = Parsed(Jwk());

        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", key.Thumbprint);
        Assert.Equal(SpotifyId.FromHash(Base64Url.DecodeFromChars(key.Thumbprint)), key.ToDeviceId());
    }

    [Fact]
    public void Optional_members_and_their_order_change_neither_key_nor_thumbprint()
    {
        const string optional = "\"ext\":true,\"key_ops\":[\"verify\"],\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"any\",\"n\":null";
        var jwk = $$"""{{{optional}},"y":"{{Y}}","x":"{{X}}","crv":"P-256","kty":"EC"}""";

        Assert.Equal(Parsed(Jwk()), Parsed(JsonNode.Parse(jwk)!.AsObject()));
        Assert.Equal(Parsed(Jwk()), P256PublicKey.Parse(Parsed(Jwk()).ToJson()));
    }

    [Fact]
    public void A_new_key_is_the_same_after_writing_and_parsing()
    {
        for (var i = 0; i < 20; i++)
        {
            using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var key = P256PublicKey.Of(pair);
            Assert.Equal(key, Parsed(JsonNode.Parse(key.ToJson())!.AsObject()));
            Assert.True(key.ToJson().Length <= 256);
        }
    }

    [Theory]
    [InlineData("kty", null, "must have the kty EC")]
    [InlineData("kty", "RSA", "must have the kty EC")]
    [InlineData("kty", "ec", "must have the kty EC")]
    [InlineData("kty", "oct", "must have the kty EC")]
    [InlineData("crv", null, "must have the crv P-256")]
    [InlineData("crv", "P-384", "must have the crv P-256")]
    [InlineData("crv", "secp256k1", "must have the crv P-256")]
    [InlineData("x", null, "must have 32 bytes in base64url as x")]
    [InlineData("x", "", "must have 32 bytes in base64url as x")]
    [InlineData("x", X + "=", "must have 32 bytes in base64url as x")]
    [InlineData("x", X + "A", "must have 32 bytes in base64url as x")]
    [InlineData("x", "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBF", "must have 32 bytes in base64url as x")]
    [InlineData("x", "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFt", "must have 32 bytes in base64url as x")]
    [InlineData("x", "l8tFrhx+34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "must have 32 bytes in base64url as x")]
    [InlineData("x", " l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBF", "must have 32 bytes in base64url as x")]
    [InlineData("y", null, "must have 32 bytes in base64url as y")]
    [InlineData("y", "AA", "must have 32 bytes in base64url as y")]
    [InlineData("y", X, "must be a point of the curve P-256")]
    [InlineData("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "must be a point of the curve P-256")]
    [InlineData("d", "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo", "must be the public key only, without d")]
    public void Other_keys_are_refused_with_the_reason(string member, string? value, string expected)
    {
        var jwk = Jwk();
        if (value is null) jwk.Remove(member);
        else jwk[member] = value;

        AssertRefused(jwk, expected);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"EC\"")]
    [InlineData("{}")]
    [InlineData("""{"kty":"\ud800","crv":"P-256"}""")]
    [InlineData("""{"kty":["EC"],"crv":"P-256"}""")]
    [InlineData("""{"\ud800":1,"kty":"EC","crv":"P-256","x":1,"y":null}""")]
    public void Other_JSON_is_refused(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.False(P256PublicKey.TryParse(document.RootElement, out _, out var problem));
        Assert.StartsWith("must", problem);
    }

    [Fact]
    public void No_JSON_is_refused() => Assert.False(P256PublicKey.TryParse(default, out _, out _));

    [Fact]
    public void Every_point_beside_the_curve_is_refused()
    {
        foreach (var y in Corruptions.FlippedBits(Base64Url.DecodeFromChars(Y)))
        {
            var jwk = Jwk();
            jwk["y"] = Base64Url.EncodeToString(y);
            AssertRefused(jwk, "must be a point of the curve P-256");
        }
    }

    // A coordinate and the same plus the prime are one point: two texts of it would be two devices.
    [Fact]
    public void Coordinates_beyond_the_prime_are_refused()
    {
        var (x, y) = SmallPoint();
        var jwk = Jwk();
        (jwk["x"], jwk["y"]) = (Text(x), Text(y));
        Parsed(jwk);

        jwk["x"] = Text(x + Prime);

        AssertRefused(jwk, "must be a point of the curve P-256");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"x":1,"y":2}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")]
    public void Only_the_written_form_is_parsed_again(string json) => Assert.Throws<FormatException>(() => P256PublicKey.Parse(json));

    [Fact]
    public void A_key_of_another_curve_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Throws<ArgumentException>(() => P256PublicKey.Of(key));
    }

    private static JsonObject Jwk() => new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = X, ["y"] = Y };

    private static P256PublicKey Parsed(JsonObject jwk)
    {
        Assert.True(P256PublicKey.TryParse(JsonSerializer.SerializeToElement(jwk), out var key, out _));
        return key;
    }

    private static void AssertRefused(JsonObject jwk, string expected)
    {
        Assert.False(P256PublicKey.TryParse(JsonSerializer.SerializeToElement(jwk), out var key, out var problem));
        Assert.Null(key);
        Assert.Equal(expected, problem);
    }

    // A point whose first coordinate is small enough to have the prime added: y² = x³ - 3x + b, and the prime is 3 modulo 4.
    private static (BigInteger X, BigInteger Y) SmallPoint()
    {
        for (var x = BigInteger.One; ; x++)
        {
            var square = (x * x * x - 3 * x + B) % Prime;
            var root = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
            if (root * root % Prime == square) return (x, root);
        }
    }

    private static string Text(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return Base64Url.EncodeToString([.. new byte[32 - bytes.Length], .. bytes]);
    }

    private static BigInteger Hex(string text) => BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
