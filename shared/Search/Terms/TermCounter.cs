using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Spotify.Search.Terms;

/// <summary>
/// A counter of the terms of documents. When it has many different terms, it writes them down as a sorted run, which takes a tenth of the
/// memory.
/// </summary>
/// <param name="maxTerms">The number of terms at which a run is written.</param>
public sealed class TermCounter(int maxTerms = 500_000)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, (int Frequency, int Popularity)> counts = new(StringComparer.Ordinal);
    private readonly List<ReadOnlyMemory<byte>> runs = [];

    /// <summary>The number of documents.</summary>
    public long Documents { get; private set; }

    /// <summary>Counts a document.</summary>
    /// <param name="terms">Its terms, each once. Those that a dictionary cannot have are ignored.</param>
    /// <param name="popularity">Its popularity, 0 to 100.</param>
    public void Add(IEnumerable<string> terms, int popularity)
    {
        popularity = Math.Clamp(popularity, 0, 100);
        foreach (var term in terms)
        {
            if (!IsCountable(term)) continue;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _);
            count = (count.Frequency + 1, Math.Max(count.Popularity, popularity));
        }

        Documents++;
        if (counts.Count >= maxTerms) EndRun();
    }

    /// <summary>Writes all terms as one run.</summary>
    /// <param name="output">The buffer to write to.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task WriteAsync(IBufferWriter<byte> output, CancellationToken ct)
    {
        EndRun();
        var writer = new TermRunWriter(output);
        await TermRuns.MergeAsync([.. runs.Select(Open)], writer, ct).ConfigureAwait(false);
        writer.End(Documents);

        static TermRunReader Open(ReadOnlyMemory<byte> run) =>
            new(MemoryMarshal.TryGetArray(run, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count) : Stream.Null);
    }

    private static bool IsCountable(string term)
    {
        if (term.Length is 0 or > 2 * TermDictionary.MaxLetters) return false;
        var letters = 0;
        for (var i = 0; i < term.Length; letters++)
        {
            if (!Rune.TryGetRuneAt(term, i, out var rune)) return false;
            i += rune.Utf16SequenceLength;
        }

        return letters <= TermDictionary.MaxLetters;
    }

    private void EndRun()
    {
        if (counts.Count == 0) return;
        var sorted = new (byte[] Term, int Frequency, int Popularity)[counts.Count];
        var next = 0;
        foreach (var (term, count) in counts) sorted[next++] = (Utf8.GetBytes(term), count.Frequency, count.Popularity);
        counts.Clear();
        Array.Sort(sorted, (x, y) => x.Term.AsSpan().SequenceCompareTo(y.Term));
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TermRunWriter(buffer);
        foreach (var (term, frequency, popularity) in sorted) writer.Add(term, frequency, popularity);
        writer.End(0);
        runs.Add(buffer.WrittenMemory);
    }
}
