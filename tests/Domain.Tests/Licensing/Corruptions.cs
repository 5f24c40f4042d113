using System.Buffers.Text;

namespace Spotify.Domain.Tests.Licensing;

/// <summary>Generators of messages that differ from a valid one.</summary>
internal static class Corruptions
{
    /// <summary>Returns the bytes with each of their bits flipped in turn.</summary>
    public static IEnumerable<byte[]> FlippedBits(byte[] bytes)
    {
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return flipped;
        }
    }

    /// <summary>
    /// Returns the text of base64url parts with each bit of each part flipped, cut after each character, with each part left out, repeated
    /// or exchanged with the next, and with each last character replaced by others that would decode to the same bytes.
    /// </summary>
    public static IEnumerable<string> Of(string compact)
    {
        var parts = compact.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            foreach (var bytes in FlippedBits(Base64Url.DecodeFromChars(parts[i]))) yield return With(i, Base64Url.EncodeToString(bytes));
            yield return string.Join('.', parts.Where((_, at) => at != i));
            yield return string.Join('.', parts.SelectMany((part, at) => at == i ? [part, part] : new[] { part }));
            yield return With(i, "");
            if (i + 1 < parts.Length && parts[i] != parts[i + 1])
                yield return string.Join('.', parts.Select((_, at) => parts[at == i ? i + 1 : at == i + 1 ? i : at]));
            foreach (var other in SameBytes(parts[i])) yield return With(i, other);
        }

        for (var length = 0; length < compact.Length; length++) yield return compact[..length];

        string With(int index, string part) => string.Join('.', parts.Select((old, at) => at == index ? part : old));
    }

    private static IEnumerable<string> SameBytes(string part)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var unused = (part.Length % 4) switch { 2 => 4, 3 => 2, _ => 0 };
        var last = alphabet.IndexOf(part[^1]);
        for (var bits = 1; bits < 1 << unused; bits++) yield return part[..^1] + alphabet[last | bits];
        yield return part + "=";
        yield return part + "==";
        yield return part + "\n";
        yield return " " + part;
        yield return part.Replace('-', '+').Replace('_', '/') + "+";
    }
}
