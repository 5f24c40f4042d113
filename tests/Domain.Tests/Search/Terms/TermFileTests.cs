using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Spotify.Search.Terms;

namespace Spotify.Domain.Tests.Search.Terms;

/// <summary>Damaged files: a dictionary or a run that is not as it was written is not read, and nothing worse happens.</summary>
public sealed class TermFileTests
{
    private static readonly string[] Terms = ["abba", "abbas", "absynthe", "beatles", "мир", "\ud840\udc00", "\ud840\udc00a"];

    [Fact]
    public async Task A_damaged_dictionary_is_not_opened()
    {
        var file = await TestTerms.FileAsync(Terms.Select(term => (term, 5, 50)));
        Assert.Equal(Terms.Length, TermDictionary.Open(file).Count);
        for (var i = 0; i < file.Length; i++)
        {
            var damaged = file.ToArray();
            damaged[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<InvalidDataException>(() => TermDictionary.Open(damaged));
            Assert.Throws<InvalidDataException>(() => TermDictionary.Open(file.AsMemory(0, i)));
        }

        Assert.Throws<InvalidDataException>(() => TermDictionary.Open(new byte[file.Length]));
        Assert.Throws<InvalidDataException>(() => TermDictionary.Open((byte[])[.. file, 0]));
    }

    [Fact]
    public async Task A_forged_dictionary_is_not_opened_or_gives_wrong_terms_at_worst()
    {
        var random = new Random(1);
        // Among them rare letters: there are more than 255.
        var letters = Enumerable.Range(0x4e00, 400).Select(letter => $"{(char)letter}{(char)(letter + random.Next(9))}");
        var file = await TestTerms.FileAsync(
            [.. Terms.Select(term => (term, 5, 50)), .. letters.Select(term => (term, 1, random.Next(101)))]);
        var opened = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var forged = file.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                forged[random.Next(2) == 0 ? random.Next(16, 400) : random.Next(16, forged.Length)] ^= (byte)(1 << random.Next(8));
            Seal(forged);
            if (Open(forged) is not { } dictionary) continue;
            opened++;
            foreach (var word in Terms)
            {
                dictionary.TryFind(word, out _);
                dictionary.Complete(word.AsSpan(0, 1), limit: 20);
                dictionary.Similar(word + "x", isPrefix: true, limit: 20);
                dictionary.Splits(word, limit: 20);
            }
        }

        Assert.InRange(opened, 100, 4_900);
    }

    [Fact]
    public async Task A_damaged_run_is_not_read()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TermRunWriter(buffer);
        foreach (var term in (string[])["abba", "abbas", "beatles"]) writer.Add(System.Text.Encoding.UTF8.GetBytes(term), 300, 50);
        writer.End(documents: 1000);
        var run = buffer.WrittenSpan.ToArray();
        Assert.Equal(3, await CountAsync(run));
        for (var i = 0; i < run.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = run.ToArray();
                damaged[i] ^= (byte)(1 << bit);
                await Assert.ThrowsAsync<InvalidDataException>(() => CountAsync(damaged));
            }

            await Assert.ThrowsAsync<InvalidDataException>(() => CountAsync(run[..i]));
        }
    }

    private static TermDictionary? Open(byte[] file)
    {
        try
        {
            return TermDictionary.Open(file);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void Seal(byte[] file)
    {
        var checksum = 0u;
        foreach (var value in file.AsSpan(16)) checksum = BitOperations.Crc32C(checksum, value);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(12), checksum);
    }

    private static async Task<int> CountAsync(byte[] run)
    {
        var statistics = new TermStatistics();
        await TermRuns.MergeAsync([new TermRunReader(new MemoryStream(run))], statistics, default);
        return statistics.Terms;
    }
}
