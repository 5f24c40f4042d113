using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Domain;

/// <summary>Identifiers as the Web API spells them: 128 bits in 22 characters of base62 (<c>0-9a-zA-Z</c>).</summary>
public static class SpotifyId
{
    /// <summary>Characters in every id.</summary>
    public const int Length = 22;

    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>A fresh random id. Random rather than sequential, so that rows spread over the database's splits.</summary>
    public static string New()
    {
        Span<byte> bits = stackalloc byte[16];
        RandomNumberGenerator.Fill(bits);
        return Encode(bits);
    }

    /// <summary>The id that always stands for <paramref name="name"/>: the first 128 bits of its SHA-256.</summary>
    public static string FromName(string name) => FromHash(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>The id made of the first 128 bits of a hash (16 bytes or more).</summary>
    public static string FromHash(ReadOnlySpan<byte> hash) => Encode(hash[..16]);

    /// <summary>Whether <paramref name="id"/> has the form of an id. Nothing is said of its existence.</summary>
    public static bool IsValid(ReadOnlySpan<char> id) => id.Length == Length && id.IndexOfAnyExcept(Alphabet) < 0;

    private static string Encode(ReadOnlySpan<byte> bits)
    {
        var value = new BigInteger(bits, isUnsigned: true, isBigEndian: true);
        Span<char> text = stackalloc char[Length];
        for (var i = Length - 1; i >= 0; i--)
        {
            value = BigInteger.DivRem(value, Alphabet.Length, out var digit);
            text[i] = Alphabet[(int)digit];
        }

        return new string(text);
    }
}
