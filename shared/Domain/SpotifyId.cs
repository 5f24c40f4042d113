using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Domain;

/// <summary>Identifiers of the Web API: 128 bits as 22 base62 characters (<c>0-9a-zA-Z</c>).</summary>
public static class SpotifyId
{
    /// <summary>The length of an id, in characters.</summary>
    public const int Length = 22;

    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private const uint Base = 62;

    // The largest number that another digit can follow, and the largest digit that can follow it.
    private static readonly UInt128 Largest = UInt128.MaxValue / Base;
    private static readonly int LastDigit = (int)(UInt128.MaxValue % Base);

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    private static readonly SearchValues<byte> Utf8Alphabet = SearchValues.Create(Encoding.ASCII.GetBytes(Alphabet));

    /// <summary>
    /// Returns a random id. Ids are not sequential because sequential keys would put all inserts into one database split.
    /// </summary>
    public static string New()
    {
        Span<byte> bits = stackalloc byte[16];
        RandomNumberGenerator.Fill(bits);
        return Encode(bits);
    }

    /// <summary>Returns the id derived from a name: the first 128 bits of its SHA-256.</summary>
    public static string FromName(string name) => FromHash(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>Returns the id that consists of the first 128 bits of a hash (16 bytes or more).</summary>
    public static string FromHash(ReadOnlySpan<byte> hash) => Encode(hash[..16]);

    /// <summary>Returns whether a text has the format of an id. Does not check that the entity exists.</summary>
    public static bool IsValid(ReadOnlySpan<char> id) => id.Length == Length && !id.ContainsAnyExcept(Characters);

    /// <summary>Returns whether UTF-8 text has the format of an id.</summary>
    public static bool IsValid(ReadOnlySpan<byte> id) => id.Length == Length && id.IndexOfAnyExcept(Utf8Alphabet) < 0;

    /// <summary>Parses an id. Returns false if the format is invalid, or if the number has more than 128 bits.</summary>
    public static bool TryParse(ReadOnlySpan<char> id, out UInt128 number)
    {
        number = 0;
        if (id.Length != Length) return false;
        foreach (var character in id)
        {
            var digit = character switch
            {
                >= '0' and <= '9' => character - '0',
                >= 'a' and <= 'z' => character - 'a' + 10,
                >= 'A' and <= 'Z' => character - 'A' + 36,
                _ => -1,
            };
            if (digit < 0 || number > Largest || (number == Largest && digit > LastDigit)) return false;
            number = (number * Base) + (uint)digit;
        }

        return true;
    }

    /// <summary>Returns the id of a number that <see cref="TryParse"/> returns.</summary>
    public static string Format(UInt128 number)
    {
        Span<char> text = stackalloc char[Length];
        for (var i = Length - 1; i >= 0; i--)
        {
            (number, var digit) = UInt128.DivRem(number, Base);
            text[i] = Alphabet[(int)digit];
        }

        return new string(text);
    }

    private static string Encode(ReadOnlySpan<byte> bits) => Format(BinaryPrimitives.ReadUInt128BigEndian(bits));
}
