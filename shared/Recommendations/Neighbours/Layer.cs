namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// A layer of the graph. Each node has an equal number of slots for links to other nodes; unused slots at the end have
/// <see cref="NoNode"/>. Nodes of the bottom layer are numbered by row; those of the layers above by their order of insertion.
/// </summary>
/// <param name="Links">The slots of all nodes.</param>
/// <param name="Slots">The number of slots per node.</param>
/// <param name="Nodes">The number of nodes.</param>
internal readonly unsafe record struct Layer(nint Links, int Slots, int Nodes)
{
    /// <summary>The content of an unused slot.</summary>
    public const int NoNode = -1;

    /// <summary>The size of the slots in bytes.</summary>
    public long Size => sizeof(int) * (long)Slots * Nodes;

    /// <summary>Returns the slots of a node.</summary>
    public int* Of(int node) => (int*)Links + (long)node * Slots;
}
