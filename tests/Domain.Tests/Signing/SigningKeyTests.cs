using Spotify.Domain.Signing;

namespace Spotify.Domain.Tests.Signing;

public class SigningKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 16).Select(i => (byte)(0xF0 + i))];

    [Theory]
    [InlineData("8PHy8_T19vf4-fr7_P3-_w==")]
    [InlineData("8PHy8_T19vf4-fr7_P3-_w")]
    [InlineData("8PHy8/T19vf4+fr7/P3+/w==")]
    [InlineData("8PHy8_T19vf4-fr7_P3-_w==\n")]
    [InlineData(" 8PHy8_T19vf4-fr7_P3-_w== \r\n")]
    public void Parses_a_key_file(string text) => Assert.Equal(Secret, SigningKey.Parse("k", text).Secret.ToArray());

    [Theory]
    [InlineData("")]
    [InlineData("8PHy8_T19vf4-fr7_P3-")]
    [InlineData("8PHy8_T19vf4-fr7_P3-_w=")]
    [InlineData("8PHy8_T19vf4-fr7_P3-_wAA")]
    [InlineData("8PHy8_T19vf4 fr7_P3-_w==")]
    [InlineData("8PHy8_T19vf4*fr7_P3-_w==")]
    [InlineData("8PHy8_T19vf4-fr7_P3-_w==8PHy8_T19vf4-fr7_P3-_w==")]
    public void Rejects_an_invalid_key_file(string text)
    {
        Assert.False(SigningKey.TryParse("k", text, out _));
        Assert.Contains("16 bytes", Assert.Throws<FormatException>(() => SigningKey.Parse("k", text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a&b")]
    [InlineData("a=b")]
    [InlineData("a%20b")]
    [InlineData("clé")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Rejects_names_that_would_need_encoding_in_a_query_or_are_too_long(string name) =>
        Assert.Throws<ArgumentException>(() => new SigningKey(name, Secret));

    [Fact]
    public void Rejects_a_short_secret() => Assert.Throws<ArgumentException>(() => new SigningKey("k", new byte[15]));

    [Fact]
    public void Copies_the_secret()
    {
        byte[] given = [.. Secret];
        var key = new SigningKey("k", given);
        given[0] = 0;
        Assert.Equal(Secret, key.Secret.ToArray());
    }

    [Fact]
    public void Does_not_reveal_the_secret_as_text() => Assert.Equal("k", new SigningKey("k", Secret).ToString());
}
