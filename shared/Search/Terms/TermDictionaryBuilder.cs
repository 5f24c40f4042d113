using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Spotify.Search.Terms;

/// <summary>A builder of the file of a <see cref="TermDictionary"/>, in the memory of the file.</summary>
public sealed class TermDictionaryBuilder : ITermSink
{
    /// <summary>The number of terms that a dictionary has at most. The heaviest are kept.</summary>
    public const int MaxTerms = 5_000_000;

    private readonly int[] letters;
    private readonly Dictionary<int, byte> labels = [];
    private readonly byte[] weights;
    private readonly int leastMass;
    private readonly List<Level> levels = [];
    private readonly int[] term = new int[TermDictionary.MaxLetters];
    private int room;
    private int length;

    /// <summary>Begins a dictionary.</summary>
    /// <param name="statistics">The statistics of the terms that will be added.</param>
    /// <param name="maxTerms">The number of terms to keep.</param>
    public TermDictionaryBuilder(TermStatistics statistics, int maxTerms = MaxTerms)
    {
        letters = statistics.CommonLetters(TermFile.CommonLetters);
        for (var i = 0; i < letters.Length; i++) labels[letters[i]] = (byte)i;
        weights = statistics.Weights();
        (leastMass, room) = statistics.Least(maxTerms);
    }

    /// <summary>Builds a dictionary of sorted runs of terms, which are read twice: for the statistics, and for the terms.</summary>
    /// <param name="open">Opens the runs.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <param name="maxTerms">The number of terms to keep.</param>
    /// <exception cref="InvalidDataException">A run is damaged.</exception>
    public static async Task<byte[]> BuildAsync(
        Func<Task<IReadOnlyList<TermRunReader>>> open, CancellationToken ct, int maxTerms = MaxTerms)
    {
        var statistics = new TermStatistics();
        await TermRuns.MergeAsync(await open().ConfigureAwait(false), statistics, ct).ConfigureAwait(false);
        var builder = new TermDictionaryBuilder(statistics, maxTerms);
        return builder.Build(await TermRuns.MergeAsync(await open().ConfigureAwait(false), builder, ct).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> term, int frequency, int popularity)
    {
        var mass = TermStatistics.MassOf(frequency, popularity);
        if (mass < leastMass || (mass == leastMass && room-- <= 0)) return;
        Span<int> read = stackalloc int[TermDictionary.MaxLetters];
        var count = 0;
        while (Rune.DecodeFromUtf8(term, out var letter, out var bytes) == OperationStatus.Done)
        {
            if (count == read.Length) return;
            read[count++] = letter.Value;
            term = term[bytes..];
        }

        if (count > 0) Add(read[..count], frequency, weights[mass]);
    }

    /// <summary>Returns the file.</summary>
    /// <param name="documents">The number of documents that were counted.</param>
    public byte[] Build(long documents)
    {
        var (nodes, terms, rare) =
            (levels.Sum(level => level.Labels.Count), levels.Sum(level => level.Weights.Count), levels.Sum(level => level.Rare.Count));
        var (layout, file) = TermFile.Create(nodes, terms, rare, documents);
        var bits = MemoryMarshal.Cast<byte, ulong>(file.AsSpan(TermFile.HeaderLength, (int)(4 * layout.Bits)));
        var words = bits.Length / 4;
        MemoryMarshal.AsBytes(letters.AsSpan()).CopyTo(file.AsSpan((int)layout.Letters.Offset));
        var (node, rareAt, frequencyAt, weightAt) =
            (0, (int)layout.RareLetters.Offset, (int)layout.Frequencies.Offset, (int)layout.Weights.Offset);
        foreach (var level in levels)
        {
            foreach (var flags in CollectionsMarshal.AsSpan(level.Flags))
            {
                for (var vector = 0; vector < 4; vector++)
                    if ((flags & 1 << vector) != 0) bits[(vector * words) + (node >> 6)] |= 1UL << node;
                node++;
            }

            var first = node - level.Labels.Count;
            Copy(level.Labels, (int)layout.Labels.Offset + first);
            Copy(level.Best, (int)layout.Best.Offset + first);
            rareAt += Copy(level.Rare, rareAt);
            frequencyAt += Copy(level.Frequencies, frequencyAt);
            weightAt += Copy(level.Weights, weightAt);
        }

        TermFile.Seal(file);
        return file;

        int Copy<T>(List<T> items, int offset) where T : struct
        {
            var bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(items));
            bytes.CopyTo(file.AsSpan(offset));
            return bytes.Length;
        }
    }

    private void Add(ReadOnlySpan<int> added, int frequency, byte weight)
    {
        var shared = added.CommonPrefixLength(term.AsSpan(0, length));
        if (shared == added.Length || (shared < length && added[shared] < term[shared]))
            throw new ArgumentException("The terms are not sorted.", nameof(added));
        while (levels.Count < added.Length) levels.Add(new Level());

        if (shared < length) levels[shared].ClearLast();
        for (var depth = shared; depth < added.Length; depth++)
        {
            if (depth > 0) levels[depth - 1].Flags[^1] |= Level.HasChildren;
            levels[depth].Add(added[depth], labels);
        }

        levels[added.Length - 1].Flags[^1] |= Level.IsTerm;
        levels[added.Length - 1].Frequencies.Add(TermFile.Pack(frequency));
        levels[added.Length - 1].Weights.Add(weight);
        for (var depth = 0; depth < added.Length; depth++) levels[depth].Best[^1] = Math.Max(levels[depth].Best[^1], weight);
        added.CopyTo(term);
        length = added.Length;
    }

    /// <summary>The nodes of one depth.</summary>
    private sealed class Level
    {
        public const byte HasChildren = 1;
        public const byte IsLast = 2;
        public const byte IsTerm = 4;
        public const byte IsRare = 8;

        public List<byte> Flags { get; } = [];

        public List<byte> Labels { get; } = [];

        public List<byte> Best { get; } = [];

        public List<int> Rare { get; } = [];

        public List<ushort> Frequencies { get; } = [];

        public List<byte> Weights { get; } = [];

        public void Add(int letter, Dictionary<int, byte> labels)
        {
            var isCommon = labels.TryGetValue(letter, out var label);
            Flags.Add(isCommon ? IsLast : (byte)(IsLast | IsRare));
            Labels.Add(isCommon ? label : TermTrie.RareLabel);
            if (!isCommon) Rare.Add(letter);
            Best.Add(0);
        }

        public void ClearLast() => Flags[^1] &= unchecked((byte)~IsLast);
    }
}
