using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Spotify.Fixtures.Graph;

/// <summary>Draws a graph with groups as boxes in columns. The output is deterministic.</summary>
/// <param name="Title">The title.</param>
/// <param name="Legend">The text at the upper right.</param>
/// <param name="Columns">The groups of each column, from dependents on the left to their dependencies on the right.</param>
/// <param name="HasArrows">Whether lines end with an arrow.</param>
public sealed record SvgDrawing(string Title, string Legend, string[][] Columns, bool HasArrows = false)
{
    private const int Width = 230, Height = 38, Gap = 10, Head = 34, Margin = 26, Channel = 150;

    private const string Style =
        ".group{fill:#f8f9fa;fill-opacity:.7;stroke-width:1.5;rx:10}"
        + ".node{fill:#fff;stroke-width:1;rx:6}"
        + ".head{font-size:16px;font-weight:600}"
        + ".kind{font-size:12px;font-weight:600;fill:#212529}"
        + ".names{font-size:10px;fill:#495057}"
        + ".edge{fill:none;stroke-width:1.2;opacity:.5}"
        + ".grant{stroke-dasharray:4 3}";

    private const string Arrow =
        """<marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">"""
        + """<path d="M0 0L8 4L0 8z" fill="#495057"/></marker>""";

    private const string ArrowStyle = ".edge{marker-end:url(#arrow);stroke-width:1.6;opacity:.75}";

    private static readonly string[] Hues = ["#4c6ef5", "#e8590c", "#2b8a3e", "#862e9c", "#0b7285"];

    /// <summary>Returns the drawing as SVG. Groups that are in no column are added to the last.</summary>
    public string Draw(IReadOnlyCollection<GraphNode> all, IEnumerable<GraphEdge> edges)
    {
        var columns = Columns.Select(groups => groups.ToList()).ToList();
        var others = all.Select(node => node.Group).Distinct().Except(columns.SelectMany(groups => groups));
        columns[^1].AddRange(others.Order(StringComparer.Ordinal));
        var (groupBoxes, nodeBoxes) = (new StringBuilder(), new StringBuilder());
        var places = new Dictionary<GraphNode, (int X, int Y, int Column)>();
        var bottom = 0;
        for (var column = 0; column < columns.Count; column++)
        {
            var (x, y) = (Margin + column * (Width + 2 * Gap + Channel), 64);
            var hue = Hues[column];
            foreach (var group in columns[column].Where(group => all.Any(node => node.Group == group)))
            {
                var nodes = all.Where(node => node.Group == group).ToList();
                var height = Head + nodes.Count * (Height + Gap);
                Line(groupBoxes, $"""<rect class="group" x="{x}" y="{y}" width="{Width + 2 * Gap}" height="{height}" stroke="{hue}"/>""");
                Line(groupBoxes, $"""<text class="head" x="{x + Gap}" y="{y + 22}" fill="{hue}">{Text(group)}</text>""");
                for (var i = 0; i < nodes.Count; i++)
                {
                    var place = (X: x + Gap, Y: y + Head + i * (Height + Gap), column);
                    places[nodes[i]] = place;
                    var size = Invariant($"width=\"{Width}\" height=\"{Height}\"");
                    Line(nodeBoxes, $"""<rect class="node" x="{place.X}" y="{place.Y}" {size} stroke="{hue}"/>""");
                    Line(nodeBoxes, $"""<text class="kind" x="{place.X + 9}" y="{place.Y + 16}">{Text(TitleOf(nodes[i]))}</text>""");
                    Line(nodeBoxes, $"""<text class="names" x="{place.X + 9}" y="{place.Y + 30}">{Text(Short(nodes[i].Names))}</text>""");
                }

                y += height + Gap * 2;
            }

            bottom = Math.Max(bottom, y);
        }

        var svg = new StringBuilder();
        var width = Margin * 2 + columns.Count * (Width + 2 * Gap) + (columns.Count - 1) * Channel;
        Line(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 30}" font-family="system-ui, sans-serif">""");
        Line(svg, $"<title>{Text(Title)}</title>");
        if (HasArrows) Line(svg, $"{Arrow}");
        Line(svg, $"<style>{Style}{(HasArrows ? ArrowStyle : "")}</style>");
        Line(svg, $"""<rect width="{width}" height="{bottom + 30}" fill="#fff"/>""");
        Line(svg, $"""<text x="{Margin}" y="36" font-size="20" font-weight="600" fill="#212529">{Text(Title)}</text>""");
        Line(svg, $"""<text x="{width - Margin}" y="36" font-size="12" text-anchor="end" fill="#495057">{Text(Legend)}</text>""");
        svg.Append(groupBoxes);
        foreach (var edge in edges)
        {
            var (from, to, css) = (places[edge.From], places[edge.To], edge.IsDashed ? "edge grant" : "edge");
            Line(svg, $"""<path class="{css}" stroke="{Hues[from.Column]}" d="{Curve(from, to)}"/>""");
        }

        svg.Append(nodeBoxes);
        Line(svg, $"</svg>");
        return svg.ToString();
    }

    // Connects the facing sides of two boxes, or the right sides within a column.
    private static string Curve((int X, int Y, int Column) from, (int X, int Y, int Column) to)
    {
        var (y1, y2) = (from.Y + Height / 2, to.Y + Height / 2);
        if (from.Column == to.Column)
        {
            var (x, reach) = (from.X + Width, from.X + Width + 20 + Math.Min(Math.Abs(y2 - y1) / 8, 70));
            return Invariant($"M{x} {y1}C{reach} {y1} {reach} {y2} {x} {y2}");
        }

        var (x1, x2) = from.Column < to.Column ? (from.X + Width, to.X) : (from.X, to.X + Width);
        var middle = (x1 + x2) / 2;
        return Invariant($"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}");
    }

    private static string TitleOf(GraphNode node) =>
        node.Names.Length > 1 ? Invariant($"{node.Title} × {node.Names.Length}") : node.Title;

    private static string Short(ImmutableArray<string> names)
    {
        const int maxLength = 38;
        var all = string.Join(", ", names);
        return all.Length <= maxLength ? all : all[..(maxLength - 1)].TrimEnd(' ', ',') + "…";
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
