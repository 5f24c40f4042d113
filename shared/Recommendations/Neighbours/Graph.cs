using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// The layers of links. Each layer has 1/M of the nodes of the layer below. Nodes are inserted layer by layer from the top, so that the
/// nodes of a layer are the first ones by order of insertion, and the first of all is where searches begin.
/// </summary>
internal sealed unsafe class Graph
{
    private const string OrderSection = "order";
    private const int NodesAtOnce = 1 << 16;

    // Keeps the memory alive.
    private readonly IDisposable owner;

    private Graph(int count, int links, int* order, Layer[] layers, IDisposable owner)
    {
        (Count, Links, Layers, this.owner) = (count, links, layers, owner);
        Order = order;
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The number of links per node in the layers above the bottom; the bottom has twice as many.</summary>
    public int Links { get; }

    /// <summary>The layers, the bottom first.</summary>
    public Layer[] Layers { get; }

    /// <summary>The rows of the nodes of the second layer, by order of insertion. At least one if there are rows.</summary>
    public int* Order { get; }

    /// <summary>The length of <see cref="Order"/>.</summary>
    public int OrderCount => OrderLength(Count, Links);

    /// <summary>Allocates a graph without links.</summary>
    public static Graph Create(int count, int links)
    {
        var layers = LayerSizes(count, links);
        var bytes = layers.Sum(layer => Align(layer.Size));
        var memory = new NativeBuffer(bytes + sizeof(int) * (long)OrderLength(count, links));
        var next = memory.Start;
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = layers[i] with { Links = (nint)next };
            next += Align(layers[i].Size);
        }

        for (var at = memory.Start; at < next; at += 64) new Span<int>(at, 16).Fill(Layer.NoNode);
        return new Graph(count, links, (int*)next, layers, memory);
    }

    /// <summary>Returns the graph of a file, without copying it.</summary>
    /// <exception cref="InvalidDataException">A section is missing or has another length.</exception>
    public static Graph Read(SectionFile file, int count, int links)
    {
        var layers = LayerSizes(count, links);
        for (var i = 0; i < layers.Length; i++)
        {
            var start = file.Read(Section(i), out var length);
            if (length != layers[i].Size) throw WrongLength(Section(i));
            layers[i] = layers[i] with { Links = (nint)start };
        }

        var order = file.Read(OrderSection, out var orderLength);
        return orderLength == sizeof(int) * (long)OrderLength(count, links)
            ? new Graph(count, links, (int*)order, layers, file)
            : throw WrongLength(OrderSection);

        static InvalidDataException WrongLength(string section) => new($"The section '{section}' of the index has a wrong length.");
    }

    /// <summary>Writes the graph as sections of a file.</summary>
    public void Write(SectionWriter writer)
    {
        for (var i = 0; i < Layers.Length; i++)
        {
            var layer = Layers[i];
            writer.Begin(Section(i));
            for (var node = 0; node < layer.Nodes; node += NodesAtOnce)
                writer.Append(new ReadOnlySpan<int>(layer.Of(node), Math.Min(NodesAtOnce, layer.Nodes - node) * layer.Slots));
        }

        writer.Write(OrderSection, new ReadOnlySpan<int>(Order, OrderLength(Count, Links)));
        GC.KeepAlive(owner);
    }

    /// <summary>The layer whose nodes have neighbourhoods of about M² rows, and more if there are too many; 0 if there is none.</summary>
    public int PivotLayer => PivotLayerOf(Layers);

    /// <summary>Frees the memory.</summary>
    public void Free() => owner.Dispose();

    /// <summary>Returns the number of layers above the bottom that contain the node that is inserted at a position.</summary>
    public int TopLayer(int position)
    {
        var layer = Layers.Length - 1;
        while (layer > 0 && position >= Layers[layer].Nodes) layer--;
        return layer;
    }

    /// <summary>Returns the size of the links of a graph in bytes.</summary>
    public static long SizeOf(int count, int links) =>
        LayerSizes(count, links).Sum(layer => layer.Size) + sizeof(int) * (long)OrderLength(count, links);

    /// <summary>Returns the number of nodes of the pivot layer of a graph.</summary>
    public static int PivotsOf(int count, int links)
    {
        var layers = LayerSizes(count, links);
        return PivotLayerOf(layers) is > 0 and var layer ? layers[layer].Nodes : 0;
    }

    private static int PivotLayerOf(Layer[] layers) =>
        Math.Max(0, Array.FindIndex(layers, Math.Min(2, layers.Length), layer => layer.Nodes < QuantizedVector.MaxPivot));

    private static Layer[] LayerSizes(int count, int links)
    {
        List<Layer> layers = [new Layer(0, 2 * links, count)];
        for (var nodes = count / links; nodes > 0; nodes /= links) layers.Add(new Layer(0, links, nodes));
        return [.. layers];
    }

    private static int OrderLength(int count, int links) => count == 0 ? 0 : Math.Max(1, count / links);

    private static string Section(int layer) => $"links-{layer}";

    private static long Align(long length) => (length + 63) & -64;
}
