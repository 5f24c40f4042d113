using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Spotify.Audio;
using Spotify.Fixtures;
using Spotify.Fixtures.Graph;
using Spotify.Licensing;

namespace Spotify.Cloud.Tests.Costs;

/// <summary>
/// Computes the tables of <c>docs/costs.md</c> from the declared resources, the list prices and the quality ladder. To update the file, run
/// <c>UPDATE_GRAPH=1 dotnet test tests/Cloud.Tests --filter Costs</c>.
/// </summary>
public sealed partial class CostsTests
{
    private const string File = "docs/costs.md";
    private const int RangeBytes = 512 << 10;
    private const decimal MissRate = 0.1m;

    // Of docs/costs.md: the length of a track, and the time of a core that an encryption takes.
    private const int TrackSeconds = 240;
    private const decimal CoreSecondsPerObject = 0.02m;
    private const decimal CoreSecondsPerMegabyte = 0.01m;

    private static readonly string[] Stacks = ["dev", "staging", "prod"];

    [Fact]
    public async Task The_documented_costs_are_those_of_the_declared_resources()
    {
        var text = System.IO.File.ReadAllText(Repository.PathOf(File));
        text = Replace(text, "at rest", await AtRestAsync());
        text = Replace(text, "listening", Listening());
        text = Replace(text, "offline", Offline());
        text = Replace(text, "live documents", LiveDocuments());
        text = Replace(text, "prices", Prices());

        await GeneratedDrawing.CompareAsync(File, text);
    }

    [Fact]
    public async Task A_node_more_or_a_warm_instance_costs_more()
    {
        var config = Deployed.ConfigOf("dev");
        var (small, large, warm) = (
            await Deployed.To("dev"),
            await Deployed.RunAsync("dev", config.SetItem("spotify:databaseUnits", "200")),
            await Deployed.RunAsync("dev", config.SetItem("spotify:warmInstances", "1")));

        var (rest, more) = (CostsAtRest.Of(small).Sum(cost => cost.Dollars), CostsAtRest.Of(large).Sum(cost => cost.Dollars));
        Assert.Equal(0.1m * Price.RegionalNode.Dollars * 730, more - rest);
        Assert.InRange(CostsAtRest.Of(warm).Sum(cost => cost.Dollars) - rest, 10, 30);
    }

    private static async Task<string> AtRestAsync()
    {
        var costs = new List<IReadOnlyList<Cost>>();
        foreach (var stack in Stacks) costs.Add(CostsAtRest.Of(await Deployed.To(stack)));
        var table = new StringBuilder("| dollars a month | dev | staging | prod |\n|---|---:|---:|---:|\n");
        for (var row = 0; row < costs[0].Count; row++) Row(costs[0][row].Item, costs.Select(stack => stack[row].Dollars));
        Row("**in all**", costs.Select(stack => stack.Sum(cost => cost.Dollars)));
        return table.ToString();

        void Row(string item, IEnumerable<decimal> dollars) =>
            table.Append(CultureInfo.InvariantCulture, $"| {item} | {string.Join(" | ", dollars.Select(Money))} |\n");
    }

    private static string Listening()
    {
        var table = new StringBuilder(
            "| quality | codec | MB | dollars per 1,000 hours | from 150 TiB a month |\n|---|---|---:|---:|---:|\n");
        foreach (var rung in QualityLadder.Rungs)
        {
            var bytes = rung.BitrateKbps * 1000L / 8 * 3600;
            var (few, many) = (Money(Hours(Price.Egress)), Money(Hours(Price.EgressAtScale)));
            table.Append(CultureInfo.InvariantCulture, $"| {rung.Quality} | {rung.Codec} | {bytes / 1e6:0} | {few} | {many} |\n");

            decimal Hours(Price egress)
            {
                var gibibytes = bytes / (decimal)(1 << 30);
                var lookups = bytes / (decimal)RangeBytes / 10_000 * Price.Lookups.Dollars;
                return 1000 * ((gibibytes * (egress.Dollars + (MissRate * Price.CacheFill.Dollars))) + lookups);
            }
        }

        return table.ToString();
    }

    private static string Offline()
    {
        // The plain object is looked up and read, the encrypted one written; a task is added and dispatched.
        var operations = (2 * Price.ObjectReads.Dollars) + Price.ObjectWrites.Dollars + (2 * Price.Tasks.Dollars / 1000);
        var table = new StringBuilder("| quality | codec | MB | dollars once | dollars a month |\n|---|---|---:|---:|---:|\n");
        foreach (var rung in QualityLadder.Rungs)
        {
            var bytes = EncryptedAudio.Length(rung.BitrateKbps * 1000L / 8 * TrackSeconds);
            var seconds = CoreSecondsPerObject + (CoreSecondsPerMegabyte * bytes / 1_000_000);
            var once = 1000 * ((1000 * seconds * (Price.ActiveCore.Dollars + (Price.ActiveMemory.Dollars / 2))) + operations);
            var month = 1_000_000 * (bytes / (decimal)(1 << 30)) * Price.Storage.Dollars;
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {rung.Quality} | {rung.Codec} | {bytes / 1e6:0.0} | {Money(once)} | {Money(month)} |\n");
        }

        return table.ToString();
    }

    private static string LiveDocuments()
    {
        var table = new StringBuilder("| devices that listen | reads | writes | dollars |\n|---:|---:|---:|---:|\n");
        foreach (var devices in new[] { 0, 1, 2, 5 })
        {
            // A change reads and writes the document, and each device reads the new one.
            var reads = 1 + devices;
            var dollars = 10 * ((reads * Price.DocumentReads.Dollars) + Price.DocumentWrites.Dollars);
            table.Append(CultureInfo.InvariantCulture, $"| {devices} | {reads} | 1 | {Money(dollars)} |\n");
        }

        return table.ToString();
    }

    private static string Prices()
    {
        var table = new StringBuilder("| price | dollars | list | |\n|---|---:|---|---|\n");
        foreach (var price in Price.All)
        {
            var evidence = price.Evidence switch { Evidence.Listed => "", Evidence.Quoted => "a", _ => "b" };
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {price.Item} | {price.Dollars} | [{price.Source}](https://cloud.google.com/{price.Source}/pricing) | {evidence} |\n");
        }

        return table.ToString();
    }

    private static string Money(decimal dollars) => dollars.ToString("#,0.00", CultureInfo.InvariantCulture);

    private static string Replace(string text, string name, string table)
    {
        var section = new Regex($"(?<=<!-- computed: {name} -->\n).*?(?=<!-- end -->)", RegexOptions.Singleline);
        Assert.Matches(section, text);
        return section.Replace(text, table.Replace("$", "$$", StringComparison.Ordinal));
    }
}
