using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Spotify.Search.Terms;

/// <summary>
/// The prefixes of the terms of a file (<see cref="TermFile"/>) as nodes with numbers from 0. All numbers of children are greater than that
/// of their parent.
/// </summary>
internal sealed class TermTrie
{
    /// <summary>The node of the empty prefix.</summary>
    public const int Root = -1;

    /// <summary>The label of nodes with a rare letter.</summary>
    public const byte RareLabel = 255;

    private readonly ReadOnlyMemory<byte> file;
    private readonly TermFile layout;
    private readonly BitVector hasChildren;
    private readonly BitVector isLast;
    private readonly BitVector isTerm;
    private readonly BitVector isRare;
    private readonly Dictionary<int, byte> labelOf = [];

    /// <summary>Checks a file completely, so that no later step can leave it or run in circles.</summary>
    /// <exception cref="InvalidDataException">The file is no dictionary of this version, or it is damaged.</exception>
    public TermTrie(ReadOnlyMemory<byte> file)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Term dictionaries need a little-endian machine.");
        this.file = file;
        layout = TermFile.Read(file.Span);
        (hasChildren, isLast, isTerm, isRare) = (Bits(0), Bits(1), Bits(2), Bits(3));
        for (var label = TermFile.CommonLetters - 1; label >= 0; label--)
            if (CommonLetters[label] != 0) labelOf[CommonLetters[label]] = (byte)label;
        Check();

        BitVector Bits(int number) => new(file.Slice((int)(TermFile.HeaderLength + (number * layout.Bits)), (int)layout.Bits));
    }

    public int Terms => layout.Terms;

    public long Documents => layout.Documents;

    public ReadOnlySpan<byte> Labels => Section(layout.Labels);

    /// <summary>For each node, the greatest weight of the terms that start there.</summary>
    public ReadOnlySpan<byte> Best => Section(layout.Best);

    private ReadOnlySpan<int> CommonLetters => MemoryMarshal.Cast<byte, int>(Section(layout.Letters));

    private ReadOnlySpan<int> RareLetters => MemoryMarshal.Cast<byte, int>(Section(layout.RareLetters));

    /// <summary>Returns the children of a node: their first number, and the number after their last.</summary>
    public (int Start, int End) Children(int node)
    {
        if (node >= 0 && !hasChildren[node]) return (0, 0);
        if (layout.Nodes == 0) return (0, 0);
        var start = node < 0 ? 0 : isLast.Select(hasChildren.Rank(node)) + 1;
        return (start, isLast.Next(start) + 1);
    }

    /// <summary>Returns whether a term ends at a node.</summary>
    public bool IsTerm(int node) => node >= 0 && isTerm[node];

    /// <summary>Returns the label of a letter; <see cref="RareLabel"/> if it is rare or unknown.</summary>
    public byte LabelOf(int letter) => labelOf.GetValueOrDefault(letter, RareLabel);

    /// <summary>Returns the code point of a node's letter.</summary>
    public int LetterOf(int node)
    {
        var label = Labels[node];
        return label == RareLabel ? RareLetters[isRare.Rank(node)] : CommonLetters[label];
    }

    /// <summary>Returns the child of a node with a letter.</summary>
    /// <returns>The child; <see cref="Root"/> if there is none.</returns>
    public int Child(int node, int letter)
    {
        var (start, end) = Children(node);
        if (start == end) return Root;
        var label = LabelOf(letter);
        if (label != RareLabel) return Labels[start..end].IndexOf(label) is >= 0 and var index ? start + index : Root;
        var first = isRare.Rank(start);
        var number = RareLetters[first..isRare.Rank(end)].BinarySearch(letter);
        return number < 0 ? Root : isRare.Select(first + number);
    }

    /// <summary>Returns the node of a prefix.</summary>
    public bool TryFind(ReadOnlySpan<int> letters, out int node)
    {
        node = Root;
        foreach (var letter in letters)
            if ((node = Child(node, letter)) == Root) return false;
        return true;
    }

    /// <summary>Returns the frequency and the weight of the term that ends at a node.</summary>
    public TermInfo InfoOf(int node)
    {
        var number = isTerm.Rank(node);
        var packed = BinaryPrimitives.ReadUInt16LittleEndian(Section(layout.Frequencies)[(2 * number)..]);
        return new TermInfo(TermFile.Unpack(packed), WeightOf(number));
    }

    /// <summary>Returns the weight of the term that ends at a node.</summary>
    public byte Weight(int node) => WeightOf(isTerm.Rank(node));

    /// <summary>Returns the letters from the root to a node.</summary>
    public string TextOf(int node)
    {
        Span<char> text = stackalloc char[2 * TermDictionary.MaxLetters];
        var start = text.Length;
        while (node != Root)
        {
            var letter = new Rune(LetterOf(node));
            start -= letter.Utf16SequenceLength;
            letter.EncodeToUtf16(text[start..]);
            var group = isLast.Rank(node);
            node = group == 0 ? Root : hasChildren.Select(group - 1);
        }

        return new string(text[start..]);
    }

    private byte WeightOf(int number) => Section(layout.Weights)[number];

    private ReadOnlySpan<byte> Section((long Offset, long Length) section) => file.Span.Slice((int)section.Offset, (int)section.Length);

    private void Check()
    {
        Require(isTerm.Count == layout.Terms && isRare.Count == layout.Rare, "a count is wrong");
        foreach (var letter in CommonLetters) Require(Rune.IsValid(letter), "a letter is invalid");
        foreach (var letter in RareLetters) Require(Rune.IsValid(letter), "a letter is invalid");
        if (layout.Nodes == 0) return;
        Require(isLast.Count == hasChildren.Count + 1 && isLast[layout.Nodes - 1], "nodes are missing");
        CheckWords();
        CheckLabels();
        CheckDepth();
    }

    private void CheckWords()
    {
        var children = hasChildren.Words;
        var last = isLast.Words;
        var terms = isTerm.Words;
        var rare = isRare.Words;
        var (parents, groups) = (0, 0);
        for (var i = 0; i < children.Length; i++)
        {
            var used = i < layout.Nodes >> 6 ? ulong.MaxValue : (1UL << layout.Nodes) - 1;
            Require(((children[i] | last[i] | terms[i] | rare[i]) & ~used) == 0, "there are bits after the last node");
            Require((children[i] | terms[i]) == used, "a node leads nowhere");

            // Children have greater numbers than their parents: at each parent, no more groups than parents have ended before.
            for (var word = children[i]; word != 0; word &= word - 1)
            {
                var before = (1UL << BitOperations.TrailingZeroCount(word)) - 1;
                Require(
                    groups + BitOperations.PopCount(last[i] & before) <= parents + BitOperations.PopCount(children[i] & before),
                    "a node is its own descendant");
            }

            parents += BitOperations.PopCount(children[i]);
            groups += BitOperations.PopCount(last[i]);
        }
    }

    private void CheckLabels()
    {
        var labels = Labels;
        Require(labels.Count(RareLabel) == isRare.Count, "a label is wrong");
        for (var number = 0; number < isRare.Count; number++) Require(labels[isRare.Select(number)] == RareLabel, "a label is wrong");
    }

    private void CheckDepth()
    {
        var (depth, end) = (1, isLast.Next(0) + 1);
        while (end < layout.Nodes)
        {
            Require(++depth <= TermDictionary.MaxLetters, "a term is too long");
            end = isLast.Select(hasChildren.Rank(end)) + 1;
        }
    }

    private static void Require(bool isTrue, string problem)
    {
        if (!isTrue) throw new InvalidDataException($"The term dictionary is damaged: {problem}.");
    }
}
