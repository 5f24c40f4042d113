using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Spotify.Local.Commands;

namespace Spotify.Local.Tests;

public sealed partial class EvaluateCommandTests : IDisposable
{
    private const string Header = "user,item,weight\n";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Each_model_has_a_line_of_its_own_and_repeated_runs_print_the_same()
    {
        var (train, test) = Planted();
        string[] arguments =
        [
            "evaluate", "--train", Write("train", train), "--test", Write("test", test), "--items", Write("items", Descriptions()),
            "--factors", "8", "--seed", "3", "--threads", "2",
        ];
        var lines = await RunAsync(arguments);
        Assert.Equal(["popularity", "factors", "items", "collaborative", "ensemble"], lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line => Assert.Matches(Form(), line));
        Assert.All(lines, line => Assert.Contains(" users 30 ", line));
        Assert.True(Recall(lines[3]) > Recall(lines[0]), string.Join('\n', lines));
        Assert.Equal(lines.Select(WithoutSeconds), (await RunAsync(arguments)).Select(WithoutSeconds));
    }

    [Fact]
    public async Task Without_descriptions_there_is_no_ensemble()
    {
        var (train, test) = Planted();
        var lines = await RunAsync("evaluate", "--train", Write("train", train), "--test", Write("test", test), "--factors", "4");
        Assert.Equal(["popularity", "factors", "items", "collaborative"], lines.Select(line => line.Split(':')[0]));
    }

    [Theory]
    [InlineData("u,a,1\nu,b,2\n", "u,c,1\nv,a,1\n")]
    [InlineData("u,a,1\n", "u,a,1\n")]
    [InlineData("u,a,1\n", "v,a,1\n")]
    [InlineData("u,a,1\nv,a,1\n", "w,a,1\n")]
    [InlineData("u,a,0\nu,a,3\nu,b,1e30\nv,b,1\n", "v,a,0\nv,a,1\n")]
    public async Task Little_data_gives_finite_results(string train, string test)
    {
        var lines = await RunAsync("evaluate", "--train", Write("train", Header + train), "--test", Write("test", Header + test));
        Assert.Contains("popularity", lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line => Assert.Matches(Form(), line));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("u,a,1\n", "train, line 1: the header must be user,item,weight.")]
    [InlineData("user,item\nu,a\n", "train, line 1: the header must be")]
    [InlineData(Header, "train: there are no interactions.")]
    [InlineData(Header + "u,a,1\nu,b\n", "train, line 3: 2 fields instead of 3")]
    [InlineData(Header + "u,a,1,2\n", "train, line 2: 4 fields instead of 3")]
    [InlineData(Header + "u,a,NaN\n", "train, line 2: the weight 'NaN'")]
    [InlineData(Header + "u,a,-1\n", "train, line 2: the weight '-1'")]
    [InlineData(Header + "u,a,Infinity\n", "train, line 2: the weight 'Infinity'")]
    [InlineData(Header + "u,a,1e99\n", "train, line 2: the weight '1e99'")]
    [InlineData(Header + "u,a,\"one\ntwo\"\n", "train, line 2: the weight 'one two'")]
    [InlineData(Header + "u,a,3e38\nu,a,3e38\n", "add up to infinity")]
    [InlineData(Header + "\"u\n\n,1\",a,1\nu,,1\n", "train, line 5: the item is empty.")]
    [InlineData(Header + "u,\"a,1\n", "train, line 2: a quote is not closed.")]
    public async Task Bad_files_are_a_one_line_error_and_exit_with_1(string train, string expected)
    {
        var error = await FailAsync("evaluate", "--train", Write("train", train), "--test", Write("test", Header + "u,a,1\n"));
        Assert.Contains(expected, error);
    }

    [Fact]
    public async Task Other_files_are_checked_likewise()
    {
        var train = Write("train", Header + "u,a,1\nu,b,1\n");
        var test = Write("test", Header + "u,b,1\n");
        Assert.Contains("There is no file", await FailAsync("evaluate", "--train", train, "--test", train + "x"));
        test = Write("test", Header + "u,z,1\n");
        Assert.Contains("test: none of the items", await FailAsync("evaluate", "--train", train, "--test", test));
        var items = Write("items", "item,artist,album,genres,year\nzz,,,,x\na,A,B,\"x;y\",nineteen\n");
        test = Write("test", Header + "u,b,1\n");
        Assert.Contains("items, line 3: the year", await FailAsync("evaluate", "--train", train, "--test", test, "--items", items));
        items = Write("items", "item,artist\na,A\n");
        Assert.Contains(
            "items, line 1: the header must be", await FailAsync("evaluate", "--train", train, "--test", test, "--items", items));
    }

    [Theory]
    [InlineData()]
    [InlineData("--train", "a")]
    [InlineData("--train", "a", "--test", "b", "--factors", "0")]
    [InlineData("--train", "a", "--test", "b", "--threads", "0")]
    [InlineData("--train", "a", "--test", "b", "--seed", "x")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments)
    {
        using var error = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(["evaluate", .. arguments], TextWriter.Null, error));
        Assert.NotEmpty(error.ToString());
    }

    [GeneratedRegex(@"^[a-z]+: users \d+ precision@10 [01]\.\d{4} recall@20 [01]\.\d{4} ndcg@20 [01]\.\d{4} hit@20 [01]\.\d{4} "
        + @"coverage [01]\.\d\d seconds \d+\.\d$")]
    private static partial Regex Form();

    private static string WithoutSeconds(string line) => line[..line.IndexOf(" seconds ", StringComparison.Ordinal)];

    private static double Recall(string line) => double.Parse(line.Split(' ')[6], CultureInfo.InvariantCulture);

    // Each user hears tracks of one of three tastes.
    private static (string Train, string Test) Planted()
    {
        var random = new Random(1);
        var (train, test) = (new StringBuilder(Header), new StringBuilder(Header));
        for (var user = 0; user < 30; user++)
        {
            var items = Enumerable.Range(0, 40).ToArray();
            random.Shuffle(items);
            foreach (var item in items[..12])
                train.Append(CultureInfo.InvariantCulture, $"u{user},\"{user % 3},{item}\",{random.Next(1, 500)}\n");
            foreach (var item in items[12..16]) test.Append(CultureInfo.InvariantCulture, $"u{user},\"{user % 3},{item}\",1\r\n");
        }

        return (train.ToString(), test.ToString());
    }

    private static string Descriptions() => "item,artist,album,genres,year\n" + string.Concat(
        from taste in Enumerable.Range(0, 3)
        from item in Enumerable.Range(0, 40)
        let genres = item % 2 == 0 ? $"genre {taste};pop" : $"genre {taste}|rock"
        select $"\"{taste},{item}\",\"Artist \"\"{item}\"\"\",,{genres},{1990 + item}\n");

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<string[]> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.True(await CommandLine.RunAsync(arguments, output, error) == 0, error.ToString());
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> FailAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(1, await CommandLine.RunAsync(arguments, output, error));
        Assert.Empty(output.ToString());
        return Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
