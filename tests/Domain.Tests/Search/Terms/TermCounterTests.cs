using System.Buffers;
using System.Text;
using Spotify.Search.Terms;

namespace Spotify.Domain.Tests.Search.Terms;

public sealed class TermCounterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1000)]
    [InlineData(3, 50)]
    public async Task Documents_are_counted_in_parts_as_in_one(int parts, int maxTerms)
    {
        var random = new Random(3);
        var words = Enumerable.Range(0, 300).Select(_ => TestTerms.Dense(random, 20)).ToList();
        var documents = Enumerable.Range(0, 500).Select(_ => (
            Terms: Enumerable.Range(0, random.Next(6)).Select(_ => words[random.Next(1 + random.Next(words.Count))]).Distinct().ToList(),
            Popularity: random.Next(101))).ToList();
        var runs = new List<TermRunReader>();
        foreach (var part in documents.Chunk((documents.Count + parts - 1) / parts))
        {
            var counter = new TermCounter(maxTerms);
            foreach (var (terms, popularity) in part) counter.Add(terms, popularity);
            var run = new ArrayBufferWriter<byte>();
            await counter.WriteAsync(run, default);
            runs.Add(TestTerms.Open(run));
        }

        var merged = new ListSink();
        Assert.Equal(documents.Count, await TermRuns.MergeAsync(runs, merged, default));
        var expected = documents.SelectMany(document => document.Terms.Select(term => (term, document.Popularity)))
            .GroupBy(pair => pair.term, (term, all) => (term, all.Count(), all.Max(pair => pair.Popularity)));
        Assert.Equal(
            expected.OrderBy(term => Convert.ToHexString(Encoding.UTF8.GetBytes(term.term)), StringComparer.Ordinal), merged.Terms);
    }

    [Fact]
    public async Task Terms_that_a_dictionary_cannot_have_are_ignored()
    {
        var counter = new TermCounter();
        counter.Add(["", "a\ud800", "\udc00", new string('a', 61), new string('b', 60), string.Concat(Enumerable.Repeat("💿", 60))], 101);
        var run = new ArrayBufferWriter<byte>();
        await counter.WriteAsync(run, default);
        var sink = new ListSink();
        await TermRuns.MergeAsync([TestTerms.Open(run)], sink, default);
        Assert.Equal([(new string('b', 60), 1, 100), (string.Concat(Enumerable.Repeat("💿", 60)), 1, 100)], sink.Terms);
    }

    [Fact]
    public async Task Frequencies_beyond_32_bits_are_cut_off()
    {
        var runs = new List<TermRunReader>();
        for (var i = 0; i < 3; i++)
        {
            var run = new ArrayBufferWriter<byte>();
            var writer = new TermRunWriter(run);
            writer.Add("the"u8, int.MaxValue, i);
            writer.End(int.MaxValue);
            runs.Add(TestTerms.Open(run));
        }

        var sink = new ListSink();
        Assert.Equal(3L * int.MaxValue, await TermRuns.MergeAsync(runs, sink, default));
        Assert.Equal([("the", int.MaxValue, 2)], sink.Terms);
    }

    private sealed class ListSink : ITermSink
    {
        public List<(string Term, int Frequency, int Popularity)> Terms { get; } = [];

        public void Add(ReadOnlySpan<byte> term, int frequency, int popularity) =>
            Terms.Add((Encoding.UTF8.GetString(term), frequency, popularity));
    }
}
