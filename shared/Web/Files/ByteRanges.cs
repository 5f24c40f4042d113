using Microsoft.Extensions.Primitives;

namespace Spotify.Web.Files;

/// <summary>Parses the <c>Range</c> header (RFC 9110 §14.1.2 and §14.2).</summary>
public static class ByteRanges
{
    /// <summary>The largest number of ranges in a header. With more, the whole file is sent, as §14.2 advises.</summary>
    public const int MaxRequested = 64;

    /// <summary>The largest number of ranges in a response, after merging. With more, the whole file is sent.</summary>
    public const int MaxSent = 16;

    /// <summary>Returns the ranges to send.</summary>
    /// <param name="header">The received header.</param>
    /// <param name="size">The file's size in bytes.</param>
    /// <returns>
    /// Null if the whole file is to be sent, because the header is missing, malformed, in another unit or excessive. Empty if no range is
    /// satisfiable (416). Otherwise ranges that neither overlap nor touch, in the requested order, or ascending if some were merged.
    /// </returns>
    public static IReadOnlyList<ByteRange>? Parse(StringValues header, long size)
    {
        if (header.Count != 1) return null;
        var text = header[0].AsSpan();
        if (!text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return null;
        text = text["bytes=".Length..];

        var ranges = new List<ByteRange>(1);
        var requested = 0;
        foreach (var part in text.Split(','))
        {
            var spec = text[part].Trim(" \t");
            if (spec.IsEmpty) continue;
            if (++requested > MaxRequested || !TryParse(spec, out var first, out var last)) return null;

            if (first is null)
            {
                if (last == 0) continue;

                // A suffix range of an empty file is satisfiable: the whole file, with no bytes.
                if (size == 0) return null;
                ranges.Add(new ByteRange(Math.Max(0, size - last!.Value), size - 1));
            }
            else if (first < size)
            {
                ranges.Add(new ByteRange(first.Value, Math.Min(last ?? long.MaxValue, size - 1)));
            }
        }

        if (requested == 0) return null;
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

            // The grammar does not limit numbers, so larger ones are capped.
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
