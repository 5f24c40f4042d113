using System.Numerics;

namespace Spotify.Domain.Playlists;

/// <summary>
/// Keys that order the items of a list, with room between any two: the digits after the point of a fraction in base 62, compared
/// as bytes. Whoever always inserts at the same place makes them longer by a digit every six times, so a key beyond
/// <see cref="MaxLength"/> asks for the keys around it to be dealt anew; at either end there is room for 100,000 more.
/// </summary>
/// <seealso href="https://www.figma.com/blog/realtime-editing-of-ordered-sequences/"/>
public static class OrderKeys
{
    /// <summary>The most characters a key should have.</summary>
    public const int MaxLength = 64;

    // In the order of their bytes.
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // Keys at the ends have this many digits and lie this far apart.
    private const int EndDigits = 4;
    private const int EndStep = 62;

    private static readonly BigInteger EndKeys = BigInteger.Pow(Digits.Length, EndDigits);

    /// <summary>Keys between two neighbours, as short as they can be.</summary>
    /// <param name="lower">The key before them; null: they come first.</param>
    /// <param name="upper">The key after them; null: they come last.</param>
    /// <param name="count">How many.</param>
    /// <returns>The keys, ascending; null if nothing fits between the neighbours: keys of others' making may end in zeros.</returns>
    public static IReadOnlyList<string>? Between(string? lower, string? upper, int count)
    {
        lower = lower?.TrimEnd(Digits[0]);
        upper = upper?.TrimEnd(Digits[0]);
        if (upper is not null && string.CompareOrdinal(lower ?? "", upper) >= 0) return null;
        return AtEnd(lower, upper, count) ?? Spread(lower ?? "", upper, count);
    }

    private static string[]? AtEnd(string? lower, string? upper, int count)
    {
        BigInteger first;
        if (upper is null) first = (lower is null ? (EndKeys - ((BigInteger)count * EndStep)) / 2 : Floor(lower, EndDigits)) + EndStep;
        else if (lower is null) first = Floor(upper, EndDigits) - ((BigInteger)count * EndStep);
        else return null;
        return first > 0 && first + ((BigInteger)count * EndStep) < EndKeys ? Keys(count, EndDigits, i => first + (i * EndStep)) : null;
    }

    private static string[] Spread(string lower, string? upper, int count)
    {
        for (var digits = lower.AsSpan().CommonPrefixLength(upper) + 1; ; digits++)
        {
            var least = Floor(lower, digits) + 1;
            // Cut off after some digits, a longer key is below itself.
            var most = upper is null ? BigInteger.Pow(Digits.Length, digits) - 1 : Floor(upper, digits) - (upper.Length > digits ? 0 : 1);
            var room = most - least + 1;
            if (room >= count) return Keys(count, digits, i => least + ((i + 1) * (room + 1) / (count + 1)) - 1);
        }
    }

    private static string[] Keys(int count, int digits, Func<int, BigInteger> value)
    {
        var keys = new string[count];
        Span<char> text = stackalloc char[digits];
        for (var i = 0; i < count; i++)
        {
            var rest = value(i);
            for (var place = digits - 1; place >= 0; place--)
            {
                rest = BigInteger.DivRem(rest, Digits.Length, out var digit);
                text[place] = Digits[(int)digit];
            }

            // A zero at the end would leave nothing between the key without it and the key with it.
            keys[i] = text.TrimEnd(Digits[0]).ToString();
        }

        return keys;
    }

    private static BigInteger Floor(string key, int digits)
    {
        var value = BigInteger.Zero;
        for (var i = 0; i < digits; i++) value = (value * Digits.Length) + (i < key.Length ? Math.Max(0, Digits.IndexOf(key[i], StringComparison.Ordinal)) : 0);
        return value;
    }
}
