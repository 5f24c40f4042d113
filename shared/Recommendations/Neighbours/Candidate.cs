using System.Runtime.CompilerServices;

namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// A node and its similarity to a query as one number, which is greater for a greater similarity and, of equal ones, for the lower node.
/// <code>
/// bits 63 to 32  the similarity, in an order-preserving form
/// bits 31 to 2   the complement of the node
/// bit 1          the node matches the filter
/// bit 0          the node's links were followed
/// </code>
/// </summary>
internal static class Candidate
{
    /// <summary>The maximum number of nodes.</summary>
    public const int MaxNodes = NodeMask;

    /// <summary>The flag of nodes that match the filter.</summary>
    public const ulong IsMatch = 2;

    /// <summary>The flag of nodes whose links were followed.</summary>
    public const ulong IsExpanded = 1;

    private const int NodeMask = (1 << 30) - 1;

    /// <summary>Returns a candidate without flags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(float similarity, int node)
    {
        // Adding 0 makes a positive zero of a negative one. Negative numbers are complemented because their order is reversed.
        var bits = BitConverter.SingleToInt32Bits(similarity + 0f);
        var ordered = (uint)(bits ^ (bits >> 31 | int.MinValue));
        return (ulong)ordered << 32 | (uint)(NodeMask - node) << 2;
    }

    /// <summary>Returns the node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Node(ulong candidate) => NodeMask - (int)((uint)candidate >> 2);

    /// <summary>Returns the similarity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Similarity(ulong candidate)
    {
        var ordered = (int)(candidate >> 32);
        return BitConverter.Int32BitsToSingle(ordered ^ (~ordered >> 31 | int.MinValue));
    }
}
