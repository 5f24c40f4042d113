using System.Text;
using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>
/// The tests that every <see cref="IObjectStore"/> must pass. Each adapter has a derived class. <see cref="Store"/> is empty when a test
/// starts.
/// </summary>
public abstract class ObjectStoreContract
{
    protected static readonly WriteOptions Ogg = new("audio/ogg");

    protected abstract IObjectStore Store { get; }

    /// <summary>Names that every store must reject.</summary>
    public static TheoryData<string> InvalidNames =>
    [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/../b", "a/./b", "./a", "a\\b", "..\\a", "a\0b", "a\nb", "a\u007f",
        new string('x', 1025), string.Join('/', Enumerable.Repeat(new string('é', 50), 11)),
    ];

    [Theory]
    [InlineData("a")]
    [InlineData("tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/very_high.ogg")]
    [InlineData("tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/very_high.ogg.seek.json")]
    [InlineData("models/2026-01-05 factors (1).bin")]
    [InlineData("a/b/c/d/e/f/g/h/i/j/k/l/m")]
    [InlineData("..a/b../...")]
    [InlineData("a%2Fb/%2e%2e/c")]
    [InlineData("日本語/Björk – Jóga 🎵.flac")]
    [InlineData("-rf/~/$HOME/*?")]
    public async Task Objects_round_trip(string name)
    {
        var content = Random(100_000);
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        await Store.WriteAsync(name, new MemoryStream(content), Ogg, default);

        Assert.Equal(content, await ReadAsync(name));
        var found = await Store.FindAsync(name, default);
        Assert.Equal((name, 100_000L), (found!.Name, found.Size));
        Assert.InRange(found.Modified, before, DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(found, Assert.Single(await ListAsync("")));
    }

    [Fact]
    public async Task Stores_empty_objects()
    {
        await WriteAsync("a", "");
        Assert.Equal(0, (await Store.FindAsync("a", default))!.Size);
        Assert.Empty(await ReadAsync("a"));
        Assert.Empty(await ReadAsync("a", new ObjectRange(0, 5)));
    }

    [Fact]
    public async Task Replaces_an_object()
    {
        await WriteAsync("a/b", "a longer text");
        await WriteAsync("a/b", "short");
        Assert.Equal("short", await ReadTextAsync("a/b"));
    }

    [Fact]
    public async Task Keeps_an_existing_object_if_requested()
    {
        await Store.WriteAsync("a/b", Text("first"), new("text/plain", OnlyIfAbsent: true), default);
        await Store.WriteAsync("a/b", Text("second"), new("text/plain", OnlyIfAbsent: true), default);
        Assert.Equal("first", await ReadTextAsync("a/b"));
    }

    [Fact]
    public async Task One_of_many_concurrent_writers_wins_if_requested()
    {
        var seen = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            await Store.WriteAsync("a/b", new MemoryStream(Filled(i, 50_000)), new("x/y", OnlyIfAbsent: true), default);
            return await ReadAsync("a/b");
        })));
        var winner = await ReadAsync("a/b");
        Assert.Equal(Filled(winner[0], 50_000), winner);
        Assert.All(seen, content => Assert.Equal(winner, content));
        await Store.WriteAsync("a/b", new MemoryStream(Filled(99, 1)), new("x/y", OnlyIfAbsent: true), default);
        Assert.Equal(winner, await ReadAsync("a/b"));
    }

    [Fact]
    public async Task Readers_never_see_a_mixture_of_writes()
    {
        await Store.WriteAsync("a", new MemoryStream(Filled(0, 60_000)), Ogg, default);
        using var done = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested)
            {
                var content = await ReadAsync("a");
                Assert.Equal(60_000, content.Length);
                Assert.Equal(content.Length, content.Count(value => value == content[0]));
                reads++;
            }

            return reads;
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await Store.WriteAsync("a", new MemoryStream(Filled((writer * 10) + i, 60_000)), Ogg, default);
        })));
        await done.CancelAsync();
        await reader;
        Assert.Single(await NamesAsync(""));
    }

    [Fact]
    public async Task A_failed_write_keeps_the_existing_object()
    {
        await WriteAsync("a", "old");
        await Assert.ThrowsAsync<IOException>(() => Store.WriteAsync("a", new BrokenStream(70_000), Ogg, default));
        await Assert.ThrowsAsync<IOException>(() => Store.WriteAsync("b", new BrokenStream(70_000), Ogg, default));
        Assert.Equal("old", await ReadTextAsync("a"));
        Assert.Equal(["a"], await NamesAsync(""));
    }

    [Fact]
    public async Task A_canceled_write_keeps_the_existing_object()
    {
        await WriteAsync("a", "old");
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("a", Text("new"), Ogg, canceled));
        Assert.Equal("old", await ReadTextAsync("a"));
    }

    [Theory]
    [InlineData(0, 10L, "0123456789")]
    [InlineData(0, null, "0123456789")]
    [InlineData(3, null, "3456789")]
    [InlineData(3, 4L, "3456")]
    [InlineData(9, 1L, "9")]
    [InlineData(9, 100L, "9")]
    [InlineData(0, 0L, "")]
    [InlineData(5, long.MaxValue, "56789")]
    public async Task Reads_a_byte_range(long offset, long? length, string expected)
    {
        await WriteAsync("a", "0123456789");
        Assert.Equal(expected, Encoding.UTF8.GetString(await ReadAsync("a", new ObjectRange(offset, length))));
    }

    [Theory]
    [InlineData(11, null)]
    [InlineData(long.MaxValue, 1L)]
    [InlineData(-1, 1L)]
    [InlineData(0, -1L)]
    public async Task Rejects_an_invalid_byte_range(long offset, long? length)
    {
        await WriteAsync("a", "0123456789");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.OpenReadAsync("a", new ObjectRange(offset, length), default));
    }

    [Theory]
    [InlineData("b")]
    [InlineData("a/b")]
    [InlineData("dir")]
    [InlineData("dir/c")]
    [InlineData("dir/b/c")]
    public async Task Reports_missing_objects(string name)
    {
        await WriteAsync("a", "x");
        await WriteAsync("dir/b", "x");
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.OpenReadAsync(name, null, default));
        Assert.Null(await Store.FindAsync(name, default));
        await Store.DeleteAsync(name, default);
        Assert.Equal(["a", "dir/b"], await NamesAsync(""));
    }

    [Theory]
    [MemberData(nameof(InvalidNames))]
    public async Task Rejects_invalid_names(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.WriteAsync(name, Text("x"), Ogg, default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.OpenReadAsync(name, null, default));
        Assert.Null(await Store.FindAsync(name, default));
        await Store.DeleteAsync(name, default);
        Assert.Empty(await NamesAsync(""));
    }

    [Fact]
    public async Task Rejects_names_with_lone_surrogates()
    {
        await Rejects_invalid_names("\ud800");
        await Rejects_invalid_names("a/\udc00b");
    }

    [Fact]
    public async Task Lists_in_byte_order()
    {
        // U+FF21 comes before U+1F3B5 in UTF-8 and after it in UTF-16.
        string[] names = ["A", "a", "a!/z", "a-b", "a.b", "b/a.c", "b/a/c", "b/a0", "b0", "é", "Ａ", "🎵"];
        foreach (var name in names.Reverse()) await WriteAsync(name, "x");
        Assert.Equal(names.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y))), names);
        Assert.Equal(names, await NamesAsync(""));
    }

    [Theory]
    [InlineData("", "tracks/ab/1 tracks/ab/2 tracks/abc/3 tracks/b/4 x")]
    [InlineData("tracks", "tracks/ab/1 tracks/ab/2 tracks/abc/3 tracks/b/4")]
    [InlineData("tracks/", "tracks/ab/1 tracks/ab/2 tracks/abc/3 tracks/b/4")]
    [InlineData("tracks/a", "tracks/ab/1 tracks/ab/2 tracks/abc/3")]
    [InlineData("tracks/ab", "tracks/ab/1 tracks/ab/2 tracks/abc/3")]
    [InlineData("tracks/ab/", "tracks/ab/1 tracks/ab/2")]
    [InlineData("tracks/ab/2", "tracks/ab/2")]
    [InlineData("tracks/ab/2/", "")]
    [InlineData("tracks/c", "")]
    [InlineData("tracks/c/d", "")]
    [InlineData("/", "")]
    [InlineData("../", "")]
    [InlineData("tracks/../", "")]
    [InlineData("tracks//", "")]
    public async Task Lists_objects_with_a_prefix(string prefix, string expected)
    {
        foreach (var name in new[] { "x", "tracks/b/4", "tracks/abc/3", "tracks/ab/2", "tracks/ab/1" }) await WriteAsync(name, "x");
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), await NamesAsync(prefix));
    }

    [Fact]
    public async Task Deletes_objects()
    {
        await WriteAsync("a/b/c", "x");
        await WriteAsync("a/d", "x");
        await Store.DeleteAsync("a/b/c", default);
        Assert.Equal(["a/d"], await NamesAsync(""));
        await Store.DeleteAsync("a/b/c", default);
        await Store.DeleteAsync("a/d", default);
        Assert.Empty(await NamesAsync(""));
        await WriteAsync("a", "the name of a former directory");
        Assert.Equal(["a"], await NamesAsync(""));
    }

    [Fact]
    public async Task Open_streams_survive_replacement_and_deletion()
    {
        await WriteAsync("a", "old");
        await using var stream = await Store.OpenReadAsync("a", null, default);
        await WriteAsync("a", "new");
        await Store.DeleteAsync("a", default);
        using var reader = new StreamReader(stream);
        Assert.Equal("old", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Supports_concurrent_writes_and_deletes_under_one_prefix()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await WriteAsync($"a/b/{worker}", "x");
                await Store.DeleteAsync($"a/b/{worker}", default);
            }

            await WriteAsync($"a/b/{worker}", "last");
        })));
        Assert.Equal(Enumerable.Range(0, 8).Select(worker => $"a/b/{worker}"), await NamesAsync(""));
    }

    protected static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    protected static byte[] Filled(int value, int length) => [.. Enumerable.Repeat((byte)value, length)];

    protected static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    protected Task WriteAsync(string name, string text) => Store.WriteAsync(name, Text(text), Ogg, default);

    protected async Task<byte[]> ReadAsync(string name, ObjectRange? range = null)
    {
        await using var stream = await Store.OpenReadAsync(name, range, default);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    protected async Task<string> ReadTextAsync(string name) => Encoding.UTF8.GetString(await ReadAsync(name));

    protected async Task<List<StoredObject>> ListAsync(string prefix)
    {
        var all = new List<StoredObject>();
        await foreach (var item in Store.ListAsync(prefix, default)) all.Add(item);
        return all;
    }

    protected async Task<IEnumerable<string>> NamesAsync(string prefix) => (await ListAsync(prefix)).Select(item => item.Name);

    /// <summary>A stream that fails at its end.</summary>
    private sealed class BrokenStream(int length) : MemoryStream(new byte[length])
    {
        public override int Read(Span<byte> buffer) => OrBroken(base.Read(buffer));

        public override int Read(byte[] buffer, int offset, int count) => OrBroken(base.Read(buffer, offset, count));

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            OrBroken(await base.ReadAsync(buffer, offset, count, cancellationToken));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            OrBroken(await base.ReadAsync(buffer, cancellationToken));

        private static int OrBroken(int read) => read > 0 ? read : throw new IOException("The source failed.");
    }
}
