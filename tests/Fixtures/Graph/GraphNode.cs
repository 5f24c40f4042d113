using System.Collections.Immutable;

namespace Spotify.Fixtures.Graph;

/// <summary>A box of a drawing.</summary>
/// <param name="Group">The group that contains the node.</param>
/// <param name="Title">The title.</param>
/// <param name="Names">The names of the node's contents, drawn below the title.</param>
public sealed record GraphNode(string Group, string Title, ImmutableArray<string> Names);

/// <summary>A line of a drawing.</summary>
/// <param name="IsDashed">Whether the line is dashed; false: solid.</param>
public sealed record GraphEdge(GraphNode From, GraphNode To, bool IsDashed = false);
