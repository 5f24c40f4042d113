using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Spotify.Fixtures;
using Spotify.Fixtures.Graph;
using Spotify.Functions.PlaylistGenerator;

namespace Spotify.Cloud.Tests.Costs;

/// <summary>
/// Computes the tables of <c>docs/capacity.md</c> from the measured unit costs in that file, the declared queues and sizes, and the list
/// prices. To update the file, run <c>UPDATE_GRAPH=1 dotnet test tests/Cloud.Tests --filter Capacity</c>.
/// </summary>
public sealed partial class CapacityTests
{
    private const string File = "docs/capacity.md";
    private const double Listeners = 713e6;
    private const int Tracks = 5_000_000;

    // The share of listeners in the time zones that are one hour from midnight together, and the share of a core that requests use.
    private const double LargestHour = 0.15;
    private const double Utilization = 0.6;

    // Of Spanner's documentation: rows of 1 KB that a node writes per second.
    private const double RowsPerNode = 3_500;

    [Fact]
    public async Task The_documented_capacity_is_that_of_the_declared_queues_and_sizes()
    {
        var text = System.IO.File.ReadAllText(Repository.PathOf(File));
        var section = new Regex("(?<=<!-- computed: capacity -->\n).*?(?=<!-- end -->)", RegexOptions.Singleline);
        Assert.Matches(section, text);
        await GeneratedDrawing.CompareAsync(File, section.Replace(text, Table(text)));
    }

    private static string Table(string text)
    {
        var (processor, rows) = (Measured(text, "processor") / 1000, Measured(text, "rows"));
        var warehouse = Measured(text, "warehouse rows");
        var (queue, size) = (PlaylistGeneratorFunction.Definition.Queue!, Sizes.WithModel(Sizes.Of("playlist-generator"), Tracks));
        var memory = double.Parse(size.Memory.TrimEnd('i', 'G'), CultureInfo.InvariantCulture);
        var hours = new[] { 1.0, 3, 6 };
        var table = new StringBuilder();
        Row("the listeners of the largest hour are done in", hours.Select(hour => Text($"{hour:0} h")));
        table.Append("|---|---:|---:|---:|\n");
        Row("listeners per second", hours.Select(hour => Text($"{Rate(hour):#,0}")));
        Row("tasks per second", hours.Select(hour => Text($"{Rate(hour) / GenerationTask.MaxUsers:#,0}")));
        Row("of the most that the queue dispatches", hours.Select(hour =>
            Text($"{Rate(hour) / GenerationTask.MaxUsers / (queue.Shards * queue.MaxDispatchesPerSecond):0 %}")));
        Row(Text($"instances of {size.Cores} cores"), hours.Select(hour => Text($"{Instances(hour):#,0}")));
        Row("nodes of the database for the rows", hours.Select(hour => Text($"{Math.Ceiling(Rate(hour) * rows / RowsPerNode):#,0}")));
        table.Append('\n');

        var seconds = Listeners * processor / Utilization;
        (string Item, double Amount, string Unit, double Dollars)[] costs =
        [
            ("cores of instances", seconds / 3600, "hours", seconds * (double)Price.ActiveCore.Dollars),
            ("memory of instances", seconds / size.Cores * memory / 3600, "GiB hours",
                seconds / size.Cores * memory * (double)Price.ActiveMemory.Dollars),
            ("nodes of the database", Listeners * rows / RowsPerNode / 3600, "hours",
                Listeners * rows / RowsPerNode / 3600 * (double)Price.RegionalNode.Dollars),
            ("operations of tasks", Listeners / GenerationTask.MaxUsers * 2 / 1e6, "million",
                Listeners / GenerationTask.MaxUsers * 2 / 1e6 * (double)Price.Tasks.Dollars),
            ("rows of the warehouse", Listeners * warehouse * 1024 / (1 << 30), "GiB",
                Listeners * warehouse * 1024 / (1 << 30) * (double)Price.Inserts.Dollars),
        ];
        table.Append("| a week of 713 million listeners | amount | | dollars |\n|---|---:|---|---:|\n");
        foreach (var (item, amount, unit, dollars) in costs)
            table.Append(CultureInfo.InvariantCulture, $"| {item} | {amount:#,0} | {unit} | {dollars:#,0} |\n");
        table.Append(CultureInfo.InvariantCulture, $"| **in all** | | | {costs.Sum(cost => cost.Dollars):#,0} |\n");
        return table.ToString();

        void Row(string item, IEnumerable<string> values) => table.Append(
            CultureInfo.InvariantCulture, $"| {item} | {string.Join(" | ", values)} |\n");

        double Instances(double hours) => Math.Ceiling(Rate(hours) * processor / Utilization / size.Cores);
    }

    private static double Rate(double hours) => Listeners * LargestHour / (hours * 3600);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // The number in the row of a unit cost.
    private static double Measured(string text, string name)
    {
        var row = UnitCosts().Matches(text).Single(match => match.Groups["name"].Value == name);
        return double.Parse(row.Groups["value"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\| (?<name>[a-z ]+) \| (?<value>[\d.]+) \|", RegexOptions.Multiline)]
    private static partial Regex UnitCosts();
}
