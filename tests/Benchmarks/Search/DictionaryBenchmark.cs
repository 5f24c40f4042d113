using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Spotify.Search;
using Spotify.Search.Terms;

namespace Spotify.Benchmarks.Search;

/// <summary>
/// The size and build time of the term dictionary, and the latencies of its calls: for the terms of a generated catalog, and for many more
/// invented words, as large catalogs have them.
/// </summary>
internal static class DictionaryBenchmark
{
    private const string Alphabet = "eeeeaaaaiiiiooouunnnnrrrrssstttlllmmddccpphhbgkvfywjzxq";
    private const int Limit = 20;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--tracks", "--words", "--queries");
        var (tracks, words) = (arguments.Number("--tracks", 1_000_000), arguments.Number("--words", 600_000));
        var queries = arguments.Number("--queries", 3000);
        await MeasureAsync("Terms of a catalog", Documents(tracks), queries);
        await MeasureAsync("Invented words", Invented(words), queries);
        return 0;
    }

    private static IEnumerable<(IEnumerable<string> Terms, int Popularity)> Documents(int tracks) =>
        new GeneratedCatalog(tracks).Entries().Select(entry => (
            new[] { entry.Name, entry.Album }.Concat(entry.Artists.Select(artist => artist.Name)).SelectMany(SearchText.Terms).Distinct(),
            entry.Popularity));

    private static IEnumerable<(IEnumerable<string> Terms, int Popularity)> Invented(int count)
    {
        var random = new Random(1);
        var words = new HashSet<string>();
        while (words.Count < count)
            words.Add(string.Concat(Enumerable.Range(0, random.Next(3, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])));
        return words.Select(word => ((IEnumerable<string>)[word], random.Next(101)));
    }

    private static async Task MeasureAsync(
        string name, IEnumerable<(IEnumerable<string> Terms, int Popularity)> documents, int queries)
    {
        var started = Stopwatch.GetTimestamp();
        var counter = new TermCounter();
        var (sample, random) = (new List<string>(), new Random(2));
        foreach (var (terms, popularity) in documents)
        {
            var list = terms.ToList();
            counter.Add(list, popularity);
            if (random.Next(100) == 0 && list.Count > 0) sample.Add(list[0]);
        }

        var run = new ArrayBufferWriter<byte>();
        await counter.WriteAsync(run, default);
        var counted = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var file = await TermDictionaryBuilder.BuildAsync(
            () => Task.FromResult<IReadOnlyList<TermRunReader>>([new(new MemoryStream(run.WrittenSpan.ToArray()))]), default);
        var built = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var dictionary = TermDictionary.Open(file);
        var opened = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Print($"{name}: {dictionary.Count:N0} terms, {file.Length / 1e6:0.0} MB");
        Print($"  counted in {counted:0.0} s, built in {built:0.0} s, opened in {opened:0} ms");

        var (middle, longer) = (sample.FindAll(word => word.Length is >= 4 and < 8), sample.FindAll(word => word.Length >= 8));
        Measure("one letter completed", sample, word => dictionary.Complete(word.AsSpan(0, 1), Limit).Count);
        Measure("three letters completed", middle, word => dictionary.Complete(word.AsSpan(0, 3), Limit).Count);
        Measure("one typo in 4 to 7 letters", middle, word => dictionary.Similar(Typo(word, 1), isPrefix: false, Limit).Count);
        Measure("one typo in 8 or more letters", longer, word => dictionary.Similar(Typo(word, 1), isPrefix: false, Limit).Count);
        Measure("two typos in 8 or more letters", longer, word => dictionary.Similar(Typo(word, 2), isPrefix: false, Limit).Count);
        Measure("one typo in 5 letters of a longer word", longer, word =>
            dictionary.Similar(Typo(word[..5], 1), isPrefix: true, Limit).Count);
        Measure("a missing space", middle, word => dictionary.Splits(word + middle[random.Next(middle.Count)], Limit).Count);

        void Measure(string call, List<string> words, Func<string, int> run)
        {
            if (words.Count == 0) return;
            var times = new List<double>();
            for (var i = -queries / 10; i < queries; i++)
            {
                var word = words[random.Next(words.Count)];
                var start = Stopwatch.GetTimestamp();
                run(word);
                if (i >= 0) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            times.Sort();
            Print($"  {call}: p50 {times[queries / 2]:0.00} ms, p99 {times[(int)(0.99 * (queries - 1))]:0.00} ms");
        }

        string Typo(string word, int edits)
        {
            for (; edits > 0; edits--)
            {
                var at = random.Next(word.Length - 1);
                var other = Alphabet[random.Next(Alphabet.Length)];
                word = random.Next(4) switch
                {
                    0 => word.Remove(at, 1),
                    1 => word.Insert(at, other.ToString()),
                    2 => $"{word[..at]}{other}{word[(at + 1)..]}",
                    _ => $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}",
                };
            }

            return word;
        }
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
