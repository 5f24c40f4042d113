using System.Numerics;

namespace Spotify.Domain.Playlists;

/// <summary>
/// Fractional index keys, which order the items of a list and leave room between any two items. A key is the digits of a fraction in
/// base 62, compared as bytes. Repeated insertion at one place adds a digit about every six keys, so keys longer than
/// <see cref="MaxLength"/> should be replaced together with their neighbors. At either end there is room for 100,000 more items.
/// </summary>
/// <seealso href="https://www.figma.com/blog/realtime-editing-of-ordered-sequences/"/>
public static class OrderKeys
{
    /// <summary>The maximum recommended length of a key, in characters.</summary>
    public const int MaxLength = 64;

    // In byte order.
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // The number of digits of keys at the ends of the list, and the distance between them.
    private const int EndDigits = 4;
    private const int EndStep = 62;

    private static readonly BigInteger EndKeys = BigInteger.Pow(Digits.Length, EndDigits);

    /// <summary>Returns the shortest possible keys between two neighbors.</summary>
    /// <param name="lower">The key before them; null for the start of the list.</param>
    /// <param name="upper">The key after them; null for the end of the list.</param>
    /// <param name="count">The number of keys.</param>
    /// <returns>
    /// The keys, ascending; null if there is no room. There is always room between keys that this class created, but not between keys that
    /// end in zeros.
    /// </returns>
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
            var min = Floor(lower, digits) + 1;
            // A key that is truncated to fewer digits is below the full key, so its floor itself is usable.
            var max = upper is null ? BigInteger.Pow(Digits.Length, digits) - 1 : Floor(upper, digits) - (upper.Length > digits ? 0 : 1);
            var room = max - min + 1;
            if (room >= count) return Keys(count, digits, i => min + ((i + 1) * (room + 1) / (count + 1)) - 1);
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

            // No trailing zeros, because there is no room between a key and the same key with a zero appended.
            keys[i] = text.TrimEnd(Digits[0]).ToString();
        }

        return keys;
    }

    private static BigInteger Floor(string key, int digits)
    {
        var value = BigInteger.Zero;
        for (var i = 0; i < digits; i++)
        {
            var digit = i < key.Length ? Math.Max(0, Digits.IndexOf(key[i], StringComparison.Ordinal)) : 0;
            value = (value * Digits.Length) + digit;
        }

        return value;
    }
}
