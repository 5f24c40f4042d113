using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// A builder of graphs. Vectors are inserted in batches: the neighbours of all vectors of a batch are found in the graph before the batch,
/// in parallel; then the links to them are added, each node by one thread and in order. The result depends on neither the number of threads
/// nor their timing, and no locks are needed.
/// </summary>
internal sealed unsafe class GraphBuilder : IDisposable
{
    // Vectors of a batch are not linked with each other, so batches are small in comparison with the graph.
    private const int MaxBatch = 1024;
    private const int MinNodesPerBatch = 16;
    private const int Partitions = 64;
    private const int ItemsAtOnce = 4;

    // So that few vectors get the pivot of another neighbourhood.
    private const int PivotCandidates = 16;

    private readonly Graph graph;
    private readonly float* vectors;
    private readonly int dimensions;
    private readonly int efConstruction;
    private readonly int[] order;
    private readonly SearchContext[] contexts;
    private readonly LinkSelector[] selectors;

    // The links of the current batch: candidates with the similarity to the linked node, by item and layer.
    private readonly ulong[] selected;
    private readonly int[] selectedCounts;
    private readonly List<Edge>[] partitions = [.. Enumerable.Range(0, Partitions).Select(_ => new List<Edge>())];
    private readonly int layerStride;
    private readonly int pivotLayer;
    private int next;

    public GraphBuilder(Graph graph, VectorTable table, int efConstruction, int[] order, int threads)
    {
        (this.graph, this.order, this.efConstruction, dimensions) = (graph, order, efConstruction, table.Dimensions);
        vectors = (float*)table.Start;
        contexts = [.. Enumerable.Range(0, threads).Select(_ => new SearchContext(table, 2 * graph.Links))];
        selectors = [.. Enumerable.Range(0, threads).Select(_ => new LinkSelector(vectors, dimensions, 2 * graph.Links + 1))];
        layerStride = MaxBatch * graph.Links;
        selected = new ulong[layerStride * graph.Layers.Length];
        selectedCounts = new int[MaxBatch * graph.Layers.Length];
        pivotLayer = graph.PivotLayer;
        Pivots = new ushort[graph.Count];
    }

    /// <summary>
    /// The node of the graph's pivot layer that is near to a row, plus 1, by row; 0 for none. Filled by <see cref="Build"/>.
    /// </summary>
    public ushort[] Pivots { get; }

    /// <summary>Inserts all vectors.</summary>
    public void Build(IProgress<int>? progress, CancellationToken cancellation)
    {
        if (order.Length == 0) return;
        for (var i = 0; i < Math.Min(order.Length, graph.OrderCount); i++) graph.Order[i] = order[i];
        if (pivotLayer > 0) Pivots[order[0]] = 1;
        for (var done = 1; done < order.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var layer = graph.TopLayer(done);
            var end = layer == 0 ? order.Length : Math.Min(order.Length, graph.Layers[layer].Nodes);
            var size = Math.Min(end - done, Math.Clamp(done / MinNodesPerBatch, 1, MaxBatch));
            Insert(done, size, layer);
            done += size;
            progress?.Report(done);
        }
    }

    public void Dispose()
    {
        foreach (var context in contexts) context.Dispose();
    }

    private void Insert(int start, int size, int topLayer)
    {
        InParallel(size, ItemsAtOnce, (worker, item) => Connect(contexts[worker], selectors[worker], start, item, topLayer));
        for (var layer = topLayer; layer >= 0; layer--)
        {
            foreach (var partition in partitions) partition.Clear();
            for (var item = 0; item < size; item++)
            {
                var node = NodeOf(start + item, layer);
                var count = selectedCounts[layer * MaxBatch + item];
                foreach (var link in selected.AsSpan(layer * layerStride + item * graph.Links, count))
                {
                    var target = Candidate.Node(link);
                    partitions[target % Partitions].Add(new Edge(target, node, Candidate.Similarity(link)));
                }
            }

            var at = graph.Layers[layer];
            var rows = layer == 0 ? null : graph.Order;
            InParallel(Partitions, 1, (worker, partition) =>
            {
                foreach (var edge in partitions[partition]) selectors[worker].AddLink(at, rows, edge.Target, edge.Source, edge.Similarity);
            });
        }
    }

    // Finds and links the neighbours of a new vector.
    private void Connect(SearchContext context, LinkSelector selector, int start, int item, int topLayer)
    {
        var row = order[start + item];
        var scorer = new FloatScorer((byte*)vectors, dimensions, vectors + (long)row * dimensions);
        var upper = new OrderedScorer<FloatScorer>(scorer, graph.Order);
        var entry = 0;
        for (var layer = graph.Layers.Length - 1; layer >= 0; layer--)
        {
            var at = graph.Layers[layer];
            if (layer == 0) entry = graph.Order[entry];
            var ef = layer <= topLayer ? efConstruction : layer == pivotLayer ? PivotCandidates : 1;
            // Nodes of this layer that are not inserted yet have no links to them.
            var count = layer == 0
                ? context.Search(at, scorer, entry, ef, ef, default(AllNodes))
                : context.Search(at, upper, entry, ef, ef, default(AllNodes));
            entry = Candidate.Node(context.Candidates[0]);
            if (layer == pivotLayer && layer > 0) Pivots[row] = (ushort)(1 + (topLayer < layer ? entry : start + item));
            if (layer > topLayer) continue;
            var links = selected.AsSpan(layer * layerStride + item * graph.Links, graph.Links);
            var chosen = selector.Select(new ReadOnlySpan<ulong>(context.Candidates, count), links, layer == 0 ? null : graph.Order);
            selectedCounts[layer * MaxBatch + item] = chosen;
            var slots = at.Of(NodeOf(start + item, layer));
            for (var i = 0; i < chosen; i++) slots[i] = Candidate.Node(links[i]);
        }
    }

    private int NodeOf(int position, int layer) => layer == 0 ? order[position] : position;

    private void InParallel(int count, int atOnce, Action<int, int> work)
    {
        if (contexts.Length == 1 || count <= atOnce)
        {
            for (var item = 0; item < count; item++) work(0, item);
            return;
        }

        next = 0;
        Parallel.For(0, contexts.Length, new ParallelOptions { MaxDegreeOfParallelism = contexts.Length }, worker =>
        {
            for (int item; (item = Interlocked.Add(ref next, atOnce) - atOnce) < count;)
            {
                for (var end = Math.Min(count, item + atOnce); item < end; item++) work(worker, item);
            }
        });
    }

    private readonly record struct Edge(int Target, int Source, float Similarity);
}
