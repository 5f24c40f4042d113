using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Domain.Tests.Licensing;

public sealed class CompactJweTests : IDisposable
{
    private const string ContentType = "jwk-set+json";

    private readonly ECDiffieHellman device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => device.Dispose();

    [Fact]
    public void The_recipient_decrypts_messages_of_any_length() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(50),
        Prop.ForAll(Gen.Choose(0, 20_000).ToArbitrary(), length =>
        {
            var message = RandomNumberGenerator.GetBytes(length);
            var jwe = Encrypt(message);
            return CompactJwe.TryDecrypt(jwe, ContentType, device, out var decrypted) && message.AsSpan().SequenceEqual(decrypted);
        }));

    [Fact]
    public void Every_change_of_a_message_is_detected()
    {
        var jwe = Encrypt("secret"u8);

        Assert.All(Corruptions.Of(jwe), other => Assert.False(CompactJwe.TryDecrypt(other, ContentType, device, out _)));
    }

    [Fact]
    public void Nobody_else_decrypts_a_message()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var jwe = Encrypt("secret"u8);

        Assert.False(CompactJwe.TryDecrypt(jwe, ContentType, other, out var message));
        Assert.Null(message);
    }

    [Fact]
    public void Messages_share_neither_ephemeral_key_nor_ciphertext()
    {
        var messages = Enumerable.Range(0, 20)
            .Select(_ => Encrypt("secret"u8).Split('.')).ToList();

        for (var part = 0; part < 5; part++) Assert.Equal(20, messages.Select(message => message[part]).Distinct().Count());
    }

    // The parts of two messages for the same device.
    [Fact]
    public void Parts_of_another_message_are_refused()
    {
        var one = Encrypt("secret"u8).Split('.');
        var other = Encrypt("secret"u8).Split('.');
        for (var part = 0; part < 5; part++)
        {
            var mixed = string.Join('.', one.Select((text, i) => i == part ? other[i] : text));
            Assert.False(CompactJwe.TryDecrypt(mixed, ContentType, device, out _));
        }
    }

    [Theory]
    [InlineData("\"alg\":\"ECDH-ES+A256KW\"", "\"alg\":\"ECDH-ES\"")]
    [InlineData("\"alg\":\"ECDH-ES+A256KW\"", "\"alg\":\"dir\"")]
    [InlineData("\"alg\":\"ECDH-ES+A256KW\"", "\"alg\":\"none\"")]
    [InlineData("\"alg\":\"ECDH-ES+A256KW\"", "\"alg\":\"ECDH-ES+A128KW\"")]
    [InlineData("\"enc\":\"A256GCM\"", "\"enc\":\"A128GCM\"")]
    [InlineData("\"enc\":\"A256GCM\"", "\"enc\":\"A256GCM\",\"enc\":\"A256GCM\"")]
    [InlineData("\"enc\":\"A256GCM\"", "\"enc\":\"A256GCM\",\"zip\":\"DEF\"")]
    [InlineData("\"enc\":\"A256GCM\"", "\"enc\":\"A256GCM\",\"apu\":\"QWxpY2U\"")]
    [InlineData("\"enc\":\"A256GCM\"", "\"enc\":\"A256GCM\",\"apv\":\"Qm9i\"")]
    [InlineData("\"enc\":\"A256GCM\"", "\"enc\":\"A256GCM\",\"crit\":[\"exp\"]")]
    [InlineData("\"cty\":\"jwk-set+json\"", "\"cty\":\"json\"")]
    [InlineData("\"kid\"", "\"other\"")]
    [InlineData("\"kid\":\"", "\"kid\":\"A")]
    [InlineData("\"epk\"", "\"other\"")]
    [InlineData("\"crv\":\"P-256\"", "\"crv\":\"P-384\"")]
    [InlineData("\"kty\":\"EC\"", "\"kty\":\"OKP\"")]
    public void Other_headers_are_refused(string old, string changed)
    {
        var parts = Encrypt("secret"u8).Split('.');
        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
        Assert.Contains(old, header);
        parts[0] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace(old, changed)));

        Assert.False(CompactJwe.TryDecrypt(string.Join('.', parts), ContentType, device, out _));
    }

    // An ephemeral key beside the curve would reveal bits of the device's key (an invalid curve attack).
    [Fact]
    public void An_ephemeral_key_beside_the_curve_is_refused()
    {
        var parts = Encrypt("secret"u8).Split('.');
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (own, foreign) = (P256PublicKey.Of(device), P256PublicKey.Of(other));
        var json = own.ToJson();
        foreach (var epk in new[] { foreign.ToJson(), json, json.Replace(own.Y, foreign.Y), json.Replace(own.X, own.Y) })
        {
            var header = $$"""{"alg":"ECDH-ES+A256KW","enc":"A256GCM","cty":"{{ContentType}}","kid":"{{own.Thumbprint}}","epk":{{epk}}}""";
            parts[0] = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header));
            Assert.False(CompactJwe.TryDecrypt(string.Join('.', parts), ContentType, device, out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("....")]
    [InlineData("a.b.c.d.e")]
    [InlineData("e30....")]
    public void Other_texts_are_refused(string text) => Assert.False(CompactJwe.TryDecrypt(text, ContentType, device, out _));

    // More devices than keys are kept.
    [Fact]
    public void Threads_encrypt_for_many_devices()
    {
        var devices = Enumerable.Range(0, 600).Select(_ => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256)).ToList();
        var keys = devices.Select(P256PublicKey.Of).ToList();

        Parallel.For(0, 2400, i =>
        {
            var at = i % 600;
            var jwe = CompactJwe.Encrypt(BitConverter.GetBytes(i), ContentType, keys[at]).ToString();
            // One thread at a time uses a private key.
            lock (devices[at])
            {
                Assert.True(CompactJwe.TryDecrypt(jwe, ContentType, devices[at], out var message));
                Assert.Equal(i, BitConverter.ToInt32(message));
            }
        });

        devices.ForEach(one => one.Dispose());
    }

    [Fact]
    public void A_key_beside_the_curve_receives_no_message()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (own, foreign) = (P256PublicKey.Of(device), P256PublicKey.Of(other));
        var key = P256PublicKey.Parse(own.ToJson().Replace(own.Y, foreign.Y));

        Assert.ThrowsAny<CryptographicException>(() => CompactJwe.Encrypt("secret"u8, ContentType, key));
    }

    private string Encrypt(ReadOnlySpan<byte> message) =>
        CompactJwe.Encrypt(message, ContentType, P256PublicKey.Of(device)).ToString();
}
