using Microsoft.Extensions.Primitives;

namespace Spotify.Local.Edge;

/// <summary>The <c>Range</c> header, by RFC 9110 §14.1.2 and §14.2.</summary>
public static class ByteRanges
{
    /// <summary>The most ranges that are looked at, and the most that are sent once overlaps are merged. Beyond, the whole is sent, as §14.2 advises.</summary>
    public const int MaxAsked = 64, MaxSent = 16;

    /// <summary>What to send of a representation.</summary>
    /// <param name="header">The header as received.</param>
    /// <param name="size">The representation's size in bytes.</param>
    /// <returns>
    /// Null: the header is missing, malformed, of another unit or abusive, so the whole is sent. Empty: none of the ranges can be had (416).
    /// Otherwise ranges that neither overlap nor touch: in the order asked for, or ascending if some had to be merged.
    /// </returns>
    public static IReadOnlyList<ByteRange>? Parse(StringValues header, long size)
    {
        if (header.Count != 1) return null;
        var text = header[0].AsSpan();
        if (!text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return null;
        text = text["bytes=".Length..];

        var ranges = new List<ByteRange>(1);
        var asked = 0;
        foreach (var part in text.Split(','))
        {
            var spec = text[part].Trim(" \t");
            if (spec.IsEmpty) continue;
            if (++asked > MaxAsked || !TryParse(spec, out var first, out var last)) return null;

            if (first is null)
            {
                if (last == 0) continue;

                // An empty representation has a last byte of no kind, yet this range is satisfiable: the whole, which is nothing.
                if (size == 0) return null;
                ranges.Add(new ByteRange(Math.Max(0, size - last!.Value), size - 1));
            }
            else if (first < size)
            {
                ranges.Add(new ByteRange(first.Value, Math.Min(last ?? long.MaxValue, size - 1)));
            }
        }

        if (asked == 0) return null;
        Merge(ranges);
        return ranges.Count <= MaxSent ? ranges : null;
    }

    private static bool TryParse(ReadOnlySpan<char> spec, out long? first, out long? last)
    {
        first = last = null;
        var dash = spec.IndexOf('-');
        if (dash < 0) return false;
        var before = spec[..dash];
        var after = spec[(dash + 1)..];
        if (before.IsEmpty) return TryParse(after, out last);
        if (!TryParse(before, out first)) return false;
        return after.IsEmpty || (TryParse(after, out last) && first <= last);
    }

    private static bool TryParse(ReadOnlySpan<char> digits, out long? number)
    {
        number = null;
        if (digits.IsEmpty) return false;
        long value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return false;

            // Any number has its place in the grammar: those beyond every file's end are as good as the greatest.
            value = value > (long.MaxValue - 9) / 10 ? long.MaxValue : (value * 10) + (digit - '0');
        }

        number = value;
        return true;
    }

    private static void Merge(List<ByteRange> ranges)
    {
        if (ranges.Count < 2) return;
        var ascending = ranges.ToArray();
        Array.Sort(ascending, (x, y) => x.First.CompareTo(y.First));
        var merged = new List<ByteRange>(ascending.Length) { ascending[0] };
        foreach (var range in ascending.AsSpan(1))
        {
            var previous = merged[^1];
            if (range.First <= previous.Last + 1)
            {
                merged[^1] = previous with { Last = Math.Max(previous.Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        if (merged.Count == ranges.Count) return;
        ranges.Clear();
        ranges.AddRange(merged);
    }
}
